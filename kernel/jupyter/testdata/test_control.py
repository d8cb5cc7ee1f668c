"""Interrupting, input, shutting down, and the ways in which a kernel ends."""
import os
import signal
import subprocess
import sys
import time
import unittest

import client as c
from client import kernel
from snippets import cell


class Control(unittest.TestCase):
    def test_interrupt_ends_a_loop_and_keeps_the_session(self):
        with kernel() as (km, client):
            before = client.run(cell("value", 1)).content["execution_count"]
            loop = client.start(cell("loop"))
            client.wait_for(loop, "stream")
            km.interrupt_kernel()
            self.assertEqual(client.reply(loop)["content"]["status"], "error")
            o = client.run(cell("value", 2))
            self.assertEqual(o.content["status"], "ok")
            self.assertGreater(o.content["execution_count"], before)

    def test_sigint_interrupts_too(self):
        with kernel() as (km, client):
            loop = client.start(cell("loop"))
            client.wait_for(loop, "stream")
            os.kill(km.provisioner.pid, signal.SIGINT)
            self.assertEqual(client.reply(loop)["content"]["status"], "error")
            self.assertEqual(client.run(cell("value", 2)).content["status"], "ok")

    def test_an_interrupt_at_the_first_moment_is_not_lost(self):
        with kernel() as (km, client):
            for _ in range(10):
                loop = client.start(cell("loop"))
                client.wait_for(loop, "execute_input")
                client.ask("control", "interrupt_request")
                self.assertEqual(client.reply(loop)["content"]["ename"], "interrupt")
            self.assertEqual(client.run(cell("print", "x")).text(), "x\n")

    def test_interrupt_without_a_cell_does_not_hit_the_next(self):
        with kernel() as (km, client):
            for _ in range(3):
                self.assertEqual(client.ask("control", "interrupt_request").content["status"], "ok")
            self.assertEqual(client.run(cell("print", "x")).text(), "x\n")

    def test_interrupt_aborts_the_cells_behind(self):
        with kernel() as (km, client):
            loop = client.start(cell("loop"))
            behind = client.start(cell("print", "x"))
            client.wait_for(loop, "stream")
            client.ask("control", "kernel_info_request")  # behind has certainly arrived
            time.sleep(0.2)
            km.interrupt_kernel()
            self.assertEqual(client.reply(loop)["content"]["status"], "error")
            self.assertEqual(client.reply(behind)["content"]["status"], "aborted")

    def test_control_is_served_while_a_cell_runs(self):
        with kernel() as (km, client):
            loop = client.start(cell("loop"))
            client.wait_for(loop, "stream")
            info = client.send("control", "kernel_info_request", {})
            self.assertEqual(client.reply(info, "control")["content"]["implementation"], "galago")
            km.interrupt_kernel()
            client.reply(loop)

    def test_input_is_asked_for_and_answered(self):
        with kernel() as (km, client):
            msg_id = client.start(cell("input"), allow_stdin=True)
            question = client.kc.get_stdin_msg(timeout=c.TIMEOUT)
            self.assertEqual(question["msg_type"], "input_request")
            self.assertEqual(question["content"], {"prompt": "name?", "password": False})
            self.assertEqual(question["parent_header"]["msg_id"], msg_id)
            client.kc.input("Käthe")
            self.assertEqual(client.finish(msg_id).text(), "<Käthe>\n")

    def test_old_answers_are_not_taken(self):
        with kernel() as (km, client):
            client.kc.input("too early")
            client.run(cell("sleep", 300))
            msg_id = client.start(cell("input_twice"), allow_stdin=True)
            for answer in "one", "two":
                client.kc.get_stdin_msg(timeout=c.TIMEOUT)
                client.kc.input(answer)
            self.assertEqual(client.finish(msg_id).text(), "<one>\n<two>\n")

    def test_input_that_is_not_allowed_is_an_error(self):
        with kernel() as (km, client):
            o = client.run(cell("input"), allow_stdin=False)
            self.assertEqual(o.content["status"], "error")
            self.assertIn("front end", "".join(o.content["traceback"]))

    def test_interrupt_ends_a_question(self):
        with kernel() as (km, client):
            msg_id = client.start(cell("input"), allow_stdin=True)
            client.kc.get_stdin_msg(timeout=c.TIMEOUT)
            km.interrupt_kernel()
            self.assertEqual(client.reply(msg_id)["content"]["status"], "error")
            self.assertEqual(client.run(cell("print", "x")).text(), "x\n")

    def test_shutdown_is_answered_and_told_to_all(self):
        for restart in (False, True):
            with kernel() as (km, client):
                pid = km.provisioner.pid
                o = client.ask("control", "shutdown_request", {"restart": restart})
                self.assertEqual(o.content, {"status": "ok", "restart": restart})
                self.assertEqual(o.of("shutdown_reply"), [{"status": "ok", "restart": restart}])
                self.assertTrue(c.ended(pid))

    def test_shutdown_ends_a_running_cell(self):
        with kernel() as (km, client):
            loop = client.start(cell("loop"))
            client.wait_for(loop, "stream")
            pid = km.provisioner.pid
            client.send("control", "shutdown_request", {"restart": False})
            self.assertTrue(c.ended(pid))

    def test_restart_begins_anew(self):
        with kernel() as (km, client):
            client.run(cell("value", 1))
            km.restart_kernel()
            client.kc.wait_for_ready(timeout=c.TIMEOUT)
            self.assertEqual(client.run(cell("value", 1)).content["execution_count"], 1)

    def test_sigterm_is_a_clean_end(self):
        with kernel() as (km, client):
            process = km.provisioner.process
            os.kill(process.pid, signal.SIGTERM)
            self.assertEqual(process.wait(timeout=c.TIMEOUT), 0)

    def test_the_kernel_dies_with_its_client(self):
        starter = (
            "import sys, time, client\n"
            "client.argv = sys.argv[1:]\n"
            "km = client.manager(); km.start_kernel(); kc = km.client(); kc.start_channels()\n"
            "kc.wait_for_ready(timeout=60)\n"
            "print('pid', km.provisioner.pid, flush=True)\n"
            "time.sleep(600)\n"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", starter] + c.argv, stdout=subprocess.PIPE, text=True,
            cwd=os.path.dirname(__file__))
        pid = int(c.wait_for_line(process, "pid").split()[1])
        process.kill()
        process.wait()
        process.stdout.close()
        self.assertTrue(c.ended(pid))
