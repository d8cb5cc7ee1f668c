"""What is handled at the same time: subshells (JEP 91), and what a client asks
while a cell runs.
"""
import client as c
from snippets import cell


class Subshell(c.OneKernel):
    def create(self):
        return self.client.ask("control", "create_subshell_request").content["subshell_id"]

    def delete(self, subshell):
        return self.client.ask("control", "delete_subshell_request", {"subshell_id": subshell}).content

    def list(self):
        return self.client.ask("control", "list_subshell_request").content["subshell_id"]

    def send(self, subshell, msg_type, content):
        msg = self.client.kc.session.msg(msg_type, content)
        msg["header"]["subshell_id"] = subshell
        self.client.kc.shell_channel.send(msg)
        return msg["header"]["msg_id"]

    def loop(self):
        loop = self.client.start(cell("loop"))
        self.client.wait_for(loop, "stream")
        return loop

    def end(self, loop):
        self.km.interrupt_kernel()
        self.assertEqual(self.client.reply(loop)["content"]["status"], "error")

    def test_they_are_made_listed_and_deleted(self):
        a, b = self.create(), self.create()
        self.assertEqual(self.list(), sorted([a, b]))
        self.assertEqual(self.delete(a), {"status": "ok"})
        self.assertEqual(self.delete(a)["status"], "error")
        self.assertEqual(self.list(), [b])
        self.assertEqual(self.delete(b), {"status": "ok"})
        self.assertEqual(self.list(), [])

    def test_the_feature_is_announced(self):
        self.assertIn("kernel subshells", self.client.ask("control", "kernel_info_request").content["supported_features"])

    def test_a_subshell_that_does_not_exist_is_an_error(self):
        o = self.client.finish(self.send("nobody", "kernel_info_request", {}))
        self.assertEqual((o.content["status"], o.types()), ("error", ["status", "status"]))

    def test_messages_of_a_subshell_do_not_wait_for_a_cell(self):
        subshell, loop = self.create(), self.loop()
        asked = self.send(subshell, "history_request", {"hist_access_type": "tail", "n": 1, "output": False, "raw": True})
        reply = self.client.reply(asked)
        self.assertEqual(reply["content"]["status"], "ok")
        self.assertEqual(reply["parent_header"]["subshell_id"], subshell)
        opened = self.send(subshell, "comm_open", {"comm_id": "1", "target_name": "nobody", "data": {}})
        self.client.wait_for(opened, "comm_close")
        self.end(loop)
        self.delete(subshell)

    def test_cells_of_a_subshell_take_turns_with_the_others(self):
        subshell, loop = self.create(), self.loop()
        waiting = self.send(subshell, "execute_request", {"code": cell("print", "x"), "silent": False})
        self.assertTrue(self.client.silent("shell"))
        self.end(loop)
        o = self.client.finish(waiting)  # and an error of the main shell does not abort it
        self.assertEqual((o.content["status"], o.text()), ("ok", "x\n"))
        self.delete(subshell)

    def test_a_deleted_subshell_answers_what_it_was_sent(self):
        subshell, loop = self.create(), self.loop()
        asked = [self.send(subshell, "execute_request", {"code": cell("value", n)}) for n in (1, 2)]
        self.client.ask("shell", "comm_info_request")  # they have arrived
        self.delete(subshell)
        self.end(loop)
        for msg_id in asked:
            self.assertEqual(self.client.reply(msg_id)["content"]["status"], "ok")

    def test_a_client_may_ask_while_a_cell_runs(self):
        loop = self.loop()
        for msg_type, content in (
            ("kernel_info_request", {}), ("comm_info_request", {}),
            ("complete_request", {"code": "x", "cursor_pos": 1}), ("is_complete_request", {"code": cell("incomplete")}),
            ("inspect_request", {"code": "x", "cursor_pos": 1, "detail_level": 0}),
        ):
            asked = self.client.send("shell", msg_type, content)
            self.assertIn(self.client.reply(asked)["content"]["status"], ("ok", "incomplete"))
            # The state that is told last is that of the cell.
            states = []
            while states[-1:] != ["idle"]:
                states.append(self.client.wait_for(asked, "status")["content"]["execution_state"])
            self.assertEqual(states, ["busy", "idle"])
            again = self.client.kc.get_iopub_msg(timeout=c.TIMEOUT)
            self.assertEqual((again["content"], again["parent_header"]), ({"execution_state": "busy"}, {}))
        self.end(loop)

    def test_the_last_state_is_idle(self):
        loop = self.loop()
        for _ in range(20):
            self.client.send("shell", "comm_info_request", {})
            self.client.send("control", "kernel_info_request", {})
        self.client.send("control", "interrupt_request", {})
        self.assertEqual(self.client.reply(loop)["content"]["status"], "error")
        states = []
        while True:
            try:
                m = self.client.kc.get_iopub_msg(timeout=1)
            except c.queue.Empty:
                break
            if m["msg_type"] == "status":
                states.append(m["content"]["execution_state"])
        self.assertEqual(states[-1], "idle")
