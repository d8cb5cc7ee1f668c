// Runs a notebook in JupyterLab and photographs it: see README.md.
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { flags, startLab } from './lab.js';

const [notebook, kernel, image] = process.argv.slice(2);
if (!image) {
  console.error('usage: node run.js NOTEBOOK KERNEL OUT.png');
  process.exit(2);
}
const seconds = Number(process.env.TIMEOUT ?? 600);

const lab = await startLab();
let browser;
try {
  const name = path.basename(notebook);
  const copy = path.join(lab.root, name);
  const document = JSON.parse(await readFile(notebook, 'utf8'));
  document.metadata.kernelspec = { name: kernel, display_name: kernel, language: 'go' };
  for (const cell of document.cells) {
    if (cell.cell_type === 'code') Object.assign(cell, { outputs: [], execution_count: null });
  }
  await writeFile(copy, JSON.stringify(document));

  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
  const page = await browser.newPage({ viewport: { width: 1280, height: 1500 } });
  await page.goto(lab.url(`lab/tree/${encodeURIComponent(name)}?reset`));
  const idle = page.locator('#jp-main-statusbar').getByText('| Idle');
  await idle.waitFor({ timeout: 60000 });

  await page.keyboard.press('Control+b'); // room for the notebook
  await page.getByRole('menuitem', { name: 'Run', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Run All Cells', exact: true }).click();
  const finished = await ended(page, seconds);
  await page.waitForTimeout(1500); // images decode, MathJax settles
  await page.keyboard.press('Control+s');

  const broken = await report(page);
  const count = await photograph(page, image);
  await copyFile(copy, image.replace(/\.png$/, '') + '.ipynb');
  const saved = JSON.parse(await readFile(copy, 'utf8'));
  const failures = saved.cells.flatMap((c) => c.outputs ?? []).filter((o) => o.output_type === 'error');
  for (const { ename, evalue } of failures) console.log(`a cell failed: ${ename}: ${evalue}`);
  console.log(`${count} screenshots: ${image.replace(/\.png$/, '')}-N.png`);
  if (!finished) console.log(`not all cells have ended within ${seconds} s`);
  process.exitCode = failures.length || broken || !finished ? 1 : 0;
} catch (error) {
  console.error(error.message);
  console.error(lab.log());
  process.exitCode = 1;
} finally {
  await browser?.close();
  await lab.stop();
}

// ended waits until something has run, nothing is waiting and the kernel stays
// idle. It returns false when the time is over.
async function ended(page, seconds) {
  const idle = page.locator('#jp-main-statusbar').getByText('| Idle');
  const deadline = Date.now() + seconds * 1000;
  for (let quiet = 0; quiet < 4;) {
    if (Date.now() > deadline) return false;
    await page.waitForTimeout(400);
    const prompts = await page.locator('.jp-CodeCell .jp-InputPrompt').allTextContents();
    const still = prompts.some((p) => /\d/.test(p)) && !prompts.some((p) => p.includes('*')) && await idle.isVisible();
    quiet = still ? quiet + 1 : 0;
  }
  return true;
}

// report prints what the page shows for each code cell and returns how many
// images are broken.
async function report(page) {
  const cells = await page.$$eval('.jp-CodeCell', (all) => all.map((cell) => ({
    prompt: cell.querySelector('.jp-InputPrompt')?.textContent ?? '',
    code: (cell.querySelector('.cm-content')?.innerText ?? '').trim().split('\n')[0],
    outputs: [...cell.querySelectorAll('.jp-OutputArea-output')].map((o) => {
      const kind = o.dataset.mimeType ?? '';
      const unseen = [...o.querySelectorAll('img')].some((i) => !i.naturalWidth) ? ' BROKEN IMAGE' : '';
      const size = [...o.querySelectorAll('img')].map((i) => ` ${i.naturalWidth}x${i.naturalHeight}`).join('');
      return `${kind}${size}${unseen} ${o.innerText.trim().slice(0, 200).replaceAll('\n', ' | ')}`;
    }),
  })));
  let broken = 0;
  for (const { prompt, code, outputs } of cells) {
    console.log(`${prompt} ${code}`);
    for (const output of outputs) {
      console.log(`      ${output}`);
      if (/BROKEN IMAGE/.test(output)) broken++;
    }
  }
  return broken;
}

// photograph takes one picture for each screenful of the notebook.
async function photograph(page, image) {
  await mkdir(path.dirname(path.resolve(image)), { recursive: true });
  const base = image.replace(/\.png$/, '');
  const scroller = page.locator('.jp-WindowedPanel-outer').first();
  const { height, step } = await scroller.evaluate((e) => {
    const last = [...e.querySelectorAll('.jp-Cell')].at(-1).getBoundingClientRect();
    return { height: last.bottom - e.getBoundingClientRect().top + e.scrollTop, step: e.clientHeight - 60 };
  });
  let n = 0;
  for (let top = 0; top === 0 || top < height - 60; top += step) {
    await scroller.evaluate((e, to) => { e.scrollTop = to; }, top);
    await page.waitForTimeout(300);
    n += 1;
    await page.screenshot({ path: `${base}-${n}.png` });
  }
  return n;
}
