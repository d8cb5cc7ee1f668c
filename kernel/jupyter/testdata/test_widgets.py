"""Widgets of a real session, driven as the front end of ipywidgets drives them."""
import unittest

from client import kernel

INTERACT = """
widgets.Interact(func(n int) any {
	fmt.Println("n is", n)
	x, y := make([]float64, n), make([]float64, n)
	for i := range n {
		x[i], y[i] = float64(i), float64(i*i)
	}
	return plt.Line(x, y)
}, widgets.NewIntSlider(2, 50, 10).Label("points"))
"""


def opened(outcome):
    """The comms that a cell has opened: model name -> (comm id, state)."""
    models = {}
    for m in outcome.messages:
        if m["msg_type"] == "comm_open":
            assert m["content"]["target_name"] == "jupyter.widget"
            assert m["metadata"]["version"].startswith("2."), m["metadata"]
            state = m["content"]["data"]["state"]
            models[state["_model_name"]] = (m["content"]["comm_id"], state)
    return models


def update(client, comm, **state):
    data = {"method": "update", "state": state, "buffer_paths": []}
    return client.send("shell", "comm_msg", {"comm_id": comm, "data": data})


def gather(client, msg_id):
    """The iopub messages of a message that has no reply, up to idle."""
    messages = []
    while not messages or messages[-1]["content"].get("execution_state") != "idle":
        messages.append(client.iopub(msg_id))
    return messages


class Widgets(unittest.TestCase):
    def test_a_slider_redraws_a_plot(self):
        with kernel() as (km, client):
            cell = client.run(INTERACT)
            self.assertEqual(cell.content["status"], "ok")
            models = opened(cell)
            slider, state = models["IntSliderModel"]
            self.assertEqual((state["value"], state["min"], state["max"], state["description"]), (10, 2, 50, "points"))
            box, state = models["VBoxModel"]
            output, _ = models["OutputModel"]
            self.assertEqual(state["children"], [f"IPY_MODEL_{slider}", f"IPY_MODEL_{output}"])
            # Children are opened before what they are in.
            order = [m["content"]["comm_id"] for m in cell.messages if m["msg_type"] == "comm_open"]
            self.assertEqual(set(order), {slider, output, box})
            self.assertEqual(order[-1], box)
            views = [c["data"].get("application/vnd.jupyter.widget-view+json") for c in cell.of("display_data")]
            self.assertEqual([v["model_id"] for v in views if v], [box])

            before = self.captured(cell.messages, output, cell.reply["parent_header"]["msg_id"])
            self.assertEqual([m["msg_type"] for m in before], ["stream", "display_data"])

            moved = update(client, slider, value=20)
            messages = gather(client, moved)
            self.assertEqual(messages[0]["content"]["execution_state"], "busy")
            after = self.captured(messages, output, moved)
            self.assertEqual([m["msg_type"] for m in after], ["clear_output", "stream", "display_data"])
            self.assertTrue(after[0]["content"]["wait"])
            self.assertEqual(after[1]["content"]["text"], "n is 20\n")
            plot = after[2]["content"]["data"]["image/png"]
            self.assertNotEqual(plot, before[1]["content"]["data"]["image/png"])

    def captured(self, messages, output, msg_id):
        """What the output widget takes: all that comes while its msg_id is set."""
        taken, on = [], False
        for m in messages:
            if m["msg_type"] == "comm_msg" and m["content"]["comm_id"] == output:
                on = m["content"]["data"]["state"]["msg_id"]
                self.assertIn(on, ("", msg_id))
            elif on and m["msg_type"] != "comm_open" and m["msg_type"] != "status":
                taken.append(m)
        self.assertFalse(on, "the output goes on taking what is shown")
        return taken

    def test_callbacks_wait_for_the_running_cell(self):
        with kernel() as (km, client):
            cell = client.run("s := widgets.NewIntSlider(0, 9, 1)\ns.OnChange(func(n int) { fmt.Println(\"moved to\", n) })\ns")
            slider, _ = opened(cell)["IntSliderModel"]
            busy = client.start("fmt.Println(`begins`); time.Sleep(500 * time.Millisecond); fmt.Println(`ends`, s.Value())")
            client.wait_for(busy, "stream")
            moved = update(client, slider, value=5)
            seen = []
            while "moved to 5\n" not in seen:
                m = client.kc.get_iopub_msg(timeout=60)
                if m["msg_type"] == "stream":
                    seen.append(m["content"]["text"])
                    parent = m["parent_header"]["msg_id"]
            self.assertEqual(seen, ["ends 1\n", "moved to 5\n"])
            self.assertEqual(parent, moved)
            self.assertEqual(client.run("s.Value()").of("execute_result")[0]["data"]["text/plain"], "5")

    def test_a_callback_that_fails_and_one_that_is_interrupted(self):
        with kernel() as (km, client):
            cell = client.run(
                "n := 0\ns := widgets.NewIntSlider(0, 9, 1)\ns.OnChange(func(v int) {\n"
                "if v == 9 {\n\tfmt.Println(`looping`)\n\tfor { n++ }\n}\npanic(v)\n})\ns")
            slider, _ = opened(cell)["IntSliderModel"]
            errors = [m["content"] for m in gather(client, update(client, slider, value=3)) if m["msg_type"] == "error"]
            self.assertEqual([(e["ename"], e["evalue"]) for e in errors], [("panic", "3")])
            self.assertIn("cell 1, line 8", "\n".join(errors[0]["traceback"]))
            loop = update(client, slider, value=9)
            client.wait_for(loop, "stream")
            client.ask("control", "interrupt_request")
            errors = [m["content"] for m in gather(client, loop) if m["msg_type"] == "error"]
            self.assertEqual([e["ename"] for e in errors], ["interrupt"])
            self.assertEqual(client.run("n > 0").of("execute_result")[0]["data"]["text/plain"], "true")

    def test_comm_info_and_a_page_that_is_opened_again(self):
        with kernel() as (km, client):
            # Before there are widgets, a comm that a page opens is closed.
            first = client.send("shell", "comm_open", {"comm_id": "early", "target_name": "jupyter.widget.control", "data": {}})
            closed = [m for m in gather(client, first) if m["msg_type"] == "comm_close"]
            self.assertEqual([m["content"]["comm_id"] for m in closed], ["early"])
            cell = client.run("b := widgets.NewButton(`press`)\nb")
            button, _ = opened(cell)["ButtonModel"]
            info = client.ask("shell", "comm_info_request", {"target_name": "jupyter.widget"})
            self.assertEqual(info.content["comms"], {button: {"target_name": "jupyter.widget"}})
            gather(client, client.send("shell", "comm_open", {"comm_id": "page", "target_name": "jupyter.widget.control", "data": {}}))
            asked = client.send("shell", "comm_msg", {"comm_id": "page", "data": {"method": "request_states"}})
            replies = [m["content"] for m in gather(client, asked) if m["msg_type"] == "comm_msg"]
            self.assertEqual(replies[0]["comm_id"], "page")
            self.assertEqual(replies[0]["data"]["states"][button]["state"]["description"], "press")
            asked = client.send("shell", "comm_msg", {"comm_id": button, "data": {"method": "request_state"}})
            replies = [m["content"] for m in gather(client, asked) if m["msg_type"] == "comm_msg"]
            self.assertEqual(replies[0]["data"]["state"]["_model_name"], "ButtonModel")

    def test_a_page_without_ipywidgets(self):
        with kernel() as (km, client):
            cell = client.run("out := widgets.NewOutput()\ns := widgets.NewIntSlider(0, 9, 1)\ns.OnChange(func(n int) { out.Replace(func() { fmt.Println(n) }) })\nwidgets.NewVBox(s, out)")
            text = cell.of("execute_result")[0]["data"]["text/plain"]
            self.assertIn("1 (0 to 9)", text)
            self.assertIn("pip install jupyterlab_widgets", text)
            for comm, _ in opened(cell).values(): # as a page does that has no such target
                gather(client, client.send("shell", "comm_close", {"comm_id": comm, "data": {}}))
            self.assertEqual(client.ask("shell", "comm_info_request").content["comms"], {})
            o = client.run("fmt.Println(`kept`)\ns.Set(7)")
            self.assertEqual((o.text(), o.of("clear_output"), o.of("comm_msg")), ("kept\n7\n", [], []))
