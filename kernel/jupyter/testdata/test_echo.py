"""What only the test kernel's own commands can provoke."""
import unittest

import client as c
from client import kernel


class Echo(unittest.TestCase):
    def test_utf8_is_never_split(self):
        with kernel() as (km, client):
            text = "Grüße, 世界 🌌 " * 500
            self.assertEqual(client.run("bytes " + text).text(), text)

    def test_displays_are_updated_by_id(self):
        with kernel() as (km, client):
            o = client.run("html one <b>1</b>\nupdate one <b>2</b>")
            shown, updated = o.of("display_data")[0], o.of("update_display_data")[0]
            self.assertEqual(shown["transient"], {"display_id": "one"})
            self.assertEqual(updated["transient"], {"display_id": "one"})
            self.assertEqual(updated["data"], {"text/html": "<b>2</b>"})
            self.assertEqual(updated["metadata"], {})

    def test_notes_go_to_stderr_as_lines(self):
        with kernel() as (km, client):
            self.assertEqual(client.run("note hello\nnote again").text("stderr"), "hello\nagain\n")

    def test_what_is_not_json_costs_only_itself(self):
        with kernel() as (km, client):
            o = client.run("nojson\nprint after")
            self.assertEqual(o.content["status"], "ok")
            self.assertIn("cannot be shown", o.text("stderr"))
            self.assertEqual(o.text(), "after\n")

    def test_a_panic_of_the_session_costs_only_the_cell(self):
        with kernel() as (km, client):
            self.assertEqual(client.run("panic oops").content["status"], "error")
            self.assertEqual(client.run("print x").text(), "x\n")

    def test_secrets_are_asked_for_as_such(self):
        with kernel() as (km, client):
            msg_id = client.start("secret word?", allow_stdin=True)
            question = client.kc.get_stdin_msg(timeout=c.TIMEOUT)
            self.assertEqual(question["content"], {"prompt": "word?", "password": True})
            client.kc.input("x")
            client.finish(msg_id)

    def test_cursors_count_code_points(self):
        with kernel() as (km, client):
            o = client.ask("shell", "complete_request", {"code": "🌌 pri", "cursor_pos": 5})
            self.assertEqual(o.content["matches"], ["print"])
            self.assertEqual((o.content["cursor_start"], o.content["cursor_end"]), (2, 5))
            o = client.ask("shell", "inspect_request", {"code": "🌌 loop x", "cursor_pos": 6, "detail_level": 0})
            self.assertEqual(o.content["data"], {"text/plain": "the command loop"})

    def test_completions_have_types(self):
        with kernel() as (km, client):
            o = client.ask("shell", "complete_request", {"code": "🌌 pri", "cursor_pos": 5})
            self.assertEqual(o.content["metadata"]["_jupyter_types_experimental"], [
                {"start": 2, "end": 5, "text": "print", "type": "keyword", "signature": ""}])

    def test_completion_and_inspection_do_not_wait_for_the_cell(self):
        with kernel() as (km, client):
            loop = client.start("print looping\nloop")
            client.wait_for(loop, "stream")
            asked = client.send("shell", "complete_request", {"code": "pri", "cursor_pos": 3})
            self.assertEqual(client.reply(asked)["content"]["matches"], ["print"])
            asked = client.send("shell", "inspect_request", {"code": "loop", "cursor_pos": 4, "detail_level": 0})
            self.assertTrue(client.reply(asked)["content"]["found"])
            km.interrupt_kernel()
            client.reply(loop)

    def test_a_question_is_answered_by_the_pager(self):
        with kernel() as (km, client):
            o = client.run("?loop")
            page = {"source": "page", "data": {"text/plain": "the command loop"}, "start": 0}
            self.assertEqual((o.content["status"], o.content["payload"]), ("ok", [page]))
            self.assertNotIn("display_data", o.types())
            o = client.run("?nothing_such")
            self.assertEqual((o.content["status"], o.content["evalue"]), ("error", "nothing is known of nothing_such"))
            o = client.run("?loop\nprint x")  # is no question alone
            self.assertEqual((o.content["payload"], len(o.of("display_data"))), ([], 1))

    def test_info_comes_before_the_session(self):
        with kernel(env={"TEST_START_DELAY": "2s"}, ready=False) as (km, client):
            cell = client.start("print x")
            info = client.send("control", "kernel_info_request", {})
            client.reply(info, "control")
            self.assertTrue(client.silent("shell", 0.2))
            self.assertEqual(client.reply(cell)["content"]["status"], "ok")

    def test_waiting_for_the_session_can_be_interrupted(self):
        with kernel(env={"TEST_START_DELAY": "3s"}) as (km, client):
            cell = client.start("print x")
            client.wait_for(cell, "status")
            km.interrupt_kernel()
            self.assertEqual(client.reply(cell)["content"]["ename"], "interrupt")
            self.assertEqual(client.run("print y").text(), "y\n")

    def test_a_session_that_cannot_start_says_why(self):
        with kernel(env={"TEST_START_FAILURE": "no engine today"}) as (km, client):
            for _ in range(2):
                o = client.run("print x")
                self.assertEqual(o.content["status"], "error")
                self.assertEqual(o.content["evalue"], "no engine today")

    def test_endless_printing_can_be_interrupted_and_memory_is_bounded(self):
        with kernel() as (km, client):
            with c.socket(km, c.zmq.SUB, "iopub_port") as s:
                s.rcvhwm = 1
                s.subscribe(b"")  # and is never read
                cell = client.start("flood")
                client.wait_for(cell, "stream")
                for _ in range(300):
                    client.iopub(cell)
                km.interrupt_kernel()
                self.assertEqual(client.reply(cell)["content"]["ename"], "interrupt")
                with open(f"/proc/{km.provisioner.pid}/status") as f:
                    rss = next(int(line.split()[1]) for line in f if line.startswith("VmRSS:"))
                self.assertLess(rss, 600 << 10)
