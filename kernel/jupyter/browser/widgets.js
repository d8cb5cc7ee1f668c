// Moves a slider in JupyterLab: see README.md.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { flags, startLab } from './lab.js';

const [kernel, image] = process.argv.slice(2);
if (!image) {
  console.error('usage: node widgets.js KERNEL OUT.png');
  process.exit(2);
}
const base = image.replace(/\.png$/, '');
await mkdir(path.dirname(path.resolve(image)), { recursive: true });

const cells = [
  `widgets.Interact(func(n int, kind string) any {
	fmt.Println(kind, n)
	x, y := make([]float64, 400), make([]float64, 400)
	for i := range x {
		x[i] = float64(i) / 40
		if y[i] = math.Sin(float64(n) * x[i]); kind == "cos" {
			y[i] = math.Cos(float64(n) * x[i])
		}
	}
	return plt.Line(x, y)
}, widgets.NewIntSlider(1, 9, 2).Label("n"), []string{"sin", "cos"})`,
  `pressed := 0
button, box, text := widgets.NewButton("press"), widgets.NewCheckbox("panic", false), widgets.NewText("name").Label("who")
bar, label, out := widgets.NewFloatProgress(5).Label("pressed"), widgets.NewHTML("<b>not yet</b>"), widgets.NewOutput()
button.OnClick(func() {
	pressed++
	bar.Set(float64(pressed))
	label.Set(fmt.Sprintf("<b>%d times</b>", pressed))
	out.Replace(func() {
		fmt.Println("hello", text.Value(), pressed)
		if box.Value() {
			panic("the callback fails")
		}
	})
})
widgets.NewVBox(widgets.NewHBox(button, box, text), widgets.NewHBox(bar, label), widgets.NewFloatSlider(0, 1, 0.25), out)`,
];
const notebook = {
  cells: cells.map((source, i) => ({ cell_type: 'code', id: `c${i}`, source, metadata: {}, outputs: [], execution_count: null })),
  metadata: { kernelspec: { name: kernel, display_name: kernel, language: 'go' } },
  nbformat: 4,
  nbformat_minor: 5,
};

const lab = await startLab();
let browser;
let step = 'open the notebook';
try {
  await writeFile(path.join(lab.root, 'widgets.ipynb'), JSON.stringify(notebook));
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
  const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
  const open = async () => {
    await page.goto(lab.url('lab/tree/widgets.ipynb?reset'));
    await page.locator('#jp-main-statusbar').getByText('| Idle').waitFor({ timeout: 60000 });
  };
  await open();
  await page.keyboard.press('Control+b');

  step = 'run the cells';
  await page.getByRole('menuitem', { name: 'Run', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Run All Cells', exact: true }).click();
  const first = page.locator('.jp-CodeCell').nth(0);
  const second = page.locator('.jp-CodeCell').nth(1);
  const output = (cell) => cell.locator('.jp-OutputArea .jp-OutputArea, .jupyter-widgets-output-area').last();
  const says = (cell, text) => output(cell).getByText(text).first().waitFor({ timeout: 60000 });
  await says(first, 'sin 2');
  await second.locator('button.jupyter-button').waitFor({ timeout: 60000 });
  const picture = () => first.locator('img').last().getAttribute('src');
  const before = await picture();
  await page.screenshot({ path: `${base}-1.png` });

  step = 'move the slider';
  const handle = first.locator('.noUi-handle').first();
  await handle.focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  await says(first, 'sin 5');
  await page.waitForTimeout(500);
  if (await picture() === before) throw new Error('the plot has not changed');
  if (await first.locator('img').count() !== 1) throw new Error('the plot was added, not replaced');

  step = 'choose from the dropdown';
  await first.locator('select').selectOption('cos');
  await says(first, 'cos 5');

  step = 'press the button';
  await second.locator('input[type=text]').fill('Größe');
  await page.keyboard.press('Enter');
  for (let i = 1; i <= 3; i++) {
    await second.locator('button.jupyter-button').click();
    await says(second, `hello Größe ${i}`);
  }
  await second.getByText('3 times').waitFor({ timeout: 20000 });
  await second.locator('.progress-bar').waitFor({ timeout: 20000 });
  if (await page.getByText('javascript error').count()) throw new Error('a widget cannot be drawn');
  await page.screenshot({ path: `${base}-2.png` });

  step = 'let a callback fail';
  await second.locator('input[type=checkbox]').check();
  await second.locator('button.jupyter-button').click();
  await says(second, 'the callback fails');
  await page.screenshot({ path: `${base}-3.png` });
  await second.locator('input[type=checkbox]').uncheck();
  await second.locator('button.jupyter-button').click();
  await says(second, 'hello Größe 5');

  step = 'open the page again';
  await page.keyboard.press('Control+s');
  await page.waitForTimeout(1000);
  await open();
  await handle.waitFor({ timeout: 60000 });
  await says(first, 'cos 5');
  await handle.focus();
  await page.keyboard.press('ArrowRight');
  await says(first, 'cos 6');
  await page.screenshot({ path: `${base}-4.png` });
  console.log(`the widgets work; screenshots: ${base}-N.png`);
} catch (error) {
  console.error(`${step}: ${error.message}`);
  await browser?.contexts()[0]?.pages()[0]?.screenshot({ path: `${base}-failed.png` });
  console.error(lab.log());
  process.exitCode = 1;
} finally {
  await browser?.close();
  await lab.stop();
}
