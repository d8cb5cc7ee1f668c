"""Cells: order of messages, counting, errors, aborting, text."""
import client
from snippets import cell


class Execute(client.OneKernel):
    def run_cell(self, name, *values, **content):
        return self.client.run(cell(name, *values), **content)

    def test_messages_come_in_the_order_of_the_cell(self):
        o = self.run_cell("mixed")
        self.assertEqual(o.types(), [
            "status", "execute_input", "stream", "stream", "display_data", "stream", "execute_result", "status"])
        self.assertEqual([c["name"] for c in o.of("stream")], ["stdout", "stderr", "stdout"])
        self.assertEqual(o.text(), "a\nd\n")
        self.assertEqual(o.text("stderr"), "b\n")
        self.assertEqual(o.of("display_data")[0]["data"]["text/html"], "<p>c</p>")
        self.assertEqual(o.of("execute_result")[0]["data"]["text/plain"], "5")

    def test_count_goes_up_and_is_the_same_everywhere(self):
        first = self.run_cell("value", 1)
        second = self.run_cell("value", 2)
        n = first.content["execution_count"]
        self.assertEqual(second.content["execution_count"], n + 1)
        self.assertEqual(second.of("execute_input")[0]["execution_count"], n + 1)
        self.assertEqual(second.of("execute_result")[0]["execution_count"], n + 1)

    def test_reply_has_every_field(self):
        o = self.run_cell("nothing")
        self.assertEqual(o.content["status"], "ok")
        self.assertEqual(o.content["payload"], [])
        self.assertEqual(o.content["user_expressions"], {})
        self.assertEqual(o.reply["header"]["version"], "5.5")
        self.assertIn("started", o.reply["metadata"])

    def test_silent_cells_publish_only_their_state(self):
        before = self.run_cell("nothing").content["execution_count"]
        o = self.run_cell("mixed", silent=True)
        self.assertEqual(o.types(), ["status", "status"])
        self.assertEqual(o.content["status"], "ok")
        after = self.run_cell("nothing").content["execution_count"]
        self.assertEqual(after, before + 1)

    def test_cells_that_are_not_stored_take_no_number(self):
        before = self.run_cell("nothing").content["execution_count"]
        o = self.run_cell("value", 7, store_history=False)
        self.assertEqual(o.of("execute_result")[0]["data"]["text/plain"], "7")
        after = self.run_cell("nothing").content["execution_count"]
        self.assertEqual(after, before + 1)

    def test_blank_cells_take_no_number(self):
        before = self.run_cell("nothing").content["execution_count"]
        o = self.client.run(" \n")
        self.assertEqual((o.content["status"], o.content["execution_count"]), ("ok", before))

    def test_errors_are_told_twice_with_a_traceback(self):
        o = self.run_cell("fail", "no")
        self.assertEqual(o.content["status"], "error")
        error = o.of("error")[0]
        for key in ("ename", "evalue", "traceback"):
            self.assertEqual(o.content[key], error[key])
        self.assertIn("no", error["evalue"])
        self.assertNotIn("\n", error["evalue"])
        self.assertTrue(error["traceback"])
        self.assertTrue(any("cell" in line for line in error["traceback"]))

    def test_text_comes_before_the_error(self):
        o = self.run_cell("print_and_fail")
        self.assertEqual(o.types()[-3:], ["stream", "error", "status"])

    def test_waiting_cells_are_aborted_by_an_error(self):
        slow = self.client.start(cell("sleep", 300))  # so that all are waiting by then
        bad = self.client.start(cell("fail", "no"))
        info = self.client.send("shell", "kernel_info_request", {})
        waiting = [self.client.start(cell("print", "x")) for _ in range(2)]
        self.assertEqual(self.client.reply(slow)["content"]["status"], "ok")
        self.assertEqual(self.client.reply(bad)["content"]["status"], "error")
        self.assertEqual(self.client.reply(info)["content"]["status"], "ok")
        for msg_id in waiting:
            o = self.client.finish(msg_id)
            self.assertEqual(o.content["status"], "aborted")
            self.assertEqual(o.types(), ["status", "status"])
        self.assertEqual(self.run_cell("print", "y").content["status"], "ok")

    def test_waiting_cells_run_if_the_error_is_not_to_stop_them(self):
        slow = self.client.start(cell("sleep", 300))
        bad = self.client.start(cell("fail", "no"), stop_on_error=False)
        waiting = self.client.start(cell("print", "x"))
        self.assertEqual(self.client.reply(slow)["content"]["status"], "ok")
        self.assertEqual(self.client.reply(bad)["content"]["status"], "error")
        self.assertEqual(self.client.finish(waiting).text(), "x\n")

    def test_many_lines_are_few_messages_and_complete(self):
        o = self.run_cell("lines", 10000)
        self.assertEqual(o.text(), "".join(f"line {i}\n" for i in range(10000)))
        self.assertLess(len(o.of("stream")), 500)

    def test_a_long_line_is_complete(self):
        self.assertEqual(self.run_cell("big", 1 << 20).text(), "x" * (1 << 20) + "\n")

    def test_clear_output_keeps_its_place(self):
        o = self.run_cell("clear_wait")
        self.assertEqual(o.types()[2:-1], ["stream", "clear_output", "stream"])
        self.assertEqual(o.of("clear_output")[0], {"wait": True})

    def test_user_expressions_are_answered(self):
        o = self.run_cell("nothing", user_expressions={"a": "41", "b": "1 +", "c": "no_such_name"})
        answers = o.content["user_expressions"]
        self.assertEqual(answers["a"]["status"], "ok")
        self.assertEqual(answers["a"]["data"]["text/plain"], "41")
        for name in "b", "c":
            self.assertEqual(answers[name]["status"], "error")
            self.assertTrue(answers[name]["evalue"])
        self.assertNotIn("execute_result", o.types())

    def test_user_expressions_of_a_cell_that_fails_are_not_evaluated(self):
        o = self.run_cell("fail", "no", user_expressions={"a": "41"})
        self.assertEqual(o.content["user_expressions"], {})

    def test_is_complete(self):
        for name, status in (("nothing", "complete"), ("incomplete", "incomplete"), ("invalid", "invalid")):
            o = self.client.ask("shell", "is_complete_request", {"code": cell(name)})
            self.assertEqual(o.content["status"], status)
            self.assertEqual("indent" in o.content, status == "incomplete")

    def test_history(self):
        codes = [cell("value", 100 + i) for i in range(3)]
        numbers = [self.client.run(c).content["execution_count"] for c in codes]
        base = {"raw": True, "output": False}
        tail = self.client.ask("shell", "history_request", {**base, "hist_access_type": "tail", "n": 2}).content
        self.assertEqual([h[1:] for h in tail["history"]], [[n, c] for n, c in zip(numbers[1:], codes[1:])])
        part = self.client.ask("shell", "history_request", {
            **base, "hist_access_type": "range", "session": 0, "start": numbers[0], "stop": numbers[0] + 1}).content
        self.assertEqual([h[2] for h in part["history"]], codes[:1])
        found = self.client.ask("shell", "history_request", {
            **base, "output": True, "hist_access_type": "search", "pattern": "*102*", "unique": True}).content
        self.assertEqual([h[2] for h in found["history"]], [[codes[2], "102"]])
