"""What arrives and is not a cell: information, unknown requests, bad messages,
bad peers.
"""
import os
import socket as plain
import struct
import tempfile

import zmq

import client as c
from client import kernel
from snippets import cell


class Protocol(c.OneKernel):
    def still_works(self):
        self.assertEqual(self.client.run(cell("print", "alive")).text(), "alive\n")

    def test_kernel_info_on_both_channels(self):
        for channel in "shell", "control":
            o = self.client.ask(channel, "kernel_info_request")
            self.assertEqual(o.types(), ["status", "status"])
            self.assertEqual(o.content["language_info"]["name"], "go")
            self.assertEqual(o.content["language_info"]["file_extension"], ".go")
            self.assertEqual(o.content["supported_features"], ["kernel subshells"])

    def test_questions_at_once_leave_no_busy_behind(self):
        kc = self.client.kc
        for _ in range(200):
            for channel in kc.shell_channel, kc.control_channel:
                channel.send(kc.session.msg("kernel_info_request"))
        idle = 0
        while idle < 400:
            m = kc.get_iopub_msg(timeout=c.TIMEOUT)
            self.assertEqual((m["msg_type"], m["parent_header"].get("msg_type")), ("status", "kernel_info_request"))
            idle += m["content"]["execution_state"] == "idle"
        for _ in range(200):
            kc.get_shell_msg(timeout=c.TIMEOUT)
            kc.get_control_msg(timeout=c.TIMEOUT)

    def test_unknown_requests_are_answered(self):
        for channel in "shell", "control":
            o = self.client.ask(channel, "no_such_request", {"a": 1})
            self.assertEqual(o.reply["msg_type"], "no_such_reply")
            self.assertEqual(o.content["status"], "error")

    def test_debugger_says_no(self):
        o = self.client.ask("control", "debug_request", {"type": "request", "seq": 3, "command": "initialize"})
        self.assertEqual((o.content["type"], o.content["success"], o.content["request_seq"]), ("response", False, 3))
        self.assertEqual(o.content["command"], "initialize")
        self.assertIn("no debugger", o.content["body"]["error"]["format"])
        self.assertIs(self.client.ask("control", "kernel_info_request").content["debugger"], False)

    def test_comms_are_closed_at_once(self):
        msg_id = self.client.send("shell", "comm_open", {"comm_id": "1", "target_name": "nobody", "data": {}})
        self.assertEqual(self.client.wait_for(msg_id, "comm_close")["content"], {"comm_id": "1", "data": {}})
        self.assertEqual(self.client.ask("shell", "comm_info_request").content, {"status": "ok", "comms": {}})

    def test_bad_contents_are_answered(self):
        for msg_type, content in (
            ("execute_request", {"code": 5}), ("complete_request", {"code": [], "cursor_pos": 0}),
            ("history_request", {"n": "x"}), ("is_complete_request", {"code": None, "x": 1}),
            ("shutdown_request", {"restart": "perhaps"}),
        ):
            self.assertIn(self.client.ask("shell", msg_type, content).content["status"], ("error", "complete"))
        self.still_works()

    def test_completions_are_valid_even_if_empty(self):
        o = self.client.ask("shell", "complete_request", {"code": "ü zzz", "cursor_pos": 5})
        self.assertEqual(o.content["matches"], [])
        self.assertEqual(o.content["metadata"], {"_jupyter_types_experimental": []})

    def test_an_impossible_cursor_does_no_harm(self):
        for cursor in (-5, 10**9):
            for msg_type in "complete_request", "inspect_request":
                o = self.client.ask("shell", msg_type, {"code": "äö", "cursor_pos": cursor, "detail_level": 0})
                self.assertEqual(o.content["status"], "ok")

    def test_two_clients_have_their_own_replies(self):
        other = c.Client(self.km)
        other.kc.wait_for_ready(timeout=c.TIMEOUT)
        mine, theirs = self.client.start(cell("print", "mine")), other.start(cell("print", "theirs"))
        self.assertEqual(other.finish(theirs).text(), "theirs\n")
        self.assertEqual(self.client.finish(mine).text(), "mine\n")
        other.kc.stop_channels()

    def test_ipc_works_like_tcp(self):
        with kernel(transport="ipc") as (km, client):
            self.assertEqual(client.run(cell("print", "x")).text(), "x\n")
            self.assertEqual(client.ask("control", "kernel_info_request").content["status"], "ok")

    def test_others_on_the_machine_are_kept_out(self):
        with tempfile.TemporaryDirectory() as folder:
            km = c.manager(transport="ipc")
            km.connection_file = os.path.join(folder, "kernel.json")
            before = os.umask(0)  # as careless as can be
            try:
                km.write_connection_file()
                os.chmod(km.connection_file, 0o644)
                km.start_kernel()
            finally:
                os.umask(before)
            client = c.Client(km)
            client.kc.wait_for_ready(timeout=c.TIMEOUT)
            files = os.listdir(folder)
            self.assertEqual(len(files), 6)
            for file in files:
                self.assertEqual(os.stat(os.path.join(folder, file)).st_mode & 0o177, 0, file)
            client.kc.stop_channels()
            km.shutdown_kernel(now=True)

    def test_heartbeat_echoes(self):
        with c.socket(self.km, zmq.REQ, "hb_port") as s:
            for text in b"ping", b"", bytes(100000):
                s.send(text)
                self.assertTrue(s.poll(20000))
                self.assertEqual(s.recv(), text)

    def test_a_wrong_signature_is_dropped(self):
        session = c.session(self.km)
        with c.socket(self.km, zmq.DEALER, "shell_port") as s:
            good = session.serialize(session.msg("kernel_info_request", {}))
            bad = list(good)
            bad[1] = b"0" * 64
            s.send_multipart(bad)
            bad[1] = b""
            s.send_multipart(bad)
            s.send_multipart(good)
            self.assertTrue(s.poll(20000))
            s.recv_multipart()
            self.assertFalse(s.poll(300))
        self.still_works()

    def test_a_replayed_message_is_dropped(self):
        session = c.session(self.km)
        with c.socket(self.km, zmq.DEALER, "shell_port") as s:
            good = session.serialize(session.msg("kernel_info_request", {}))
            s.send_multipart(good)
            s.send_multipart(good)
            self.assertTrue(s.poll(20000))
            s.recv_multipart()
            self.assertFalse(s.poll(300))
        self.still_works()

    def test_malformed_messages_are_dropped(self):
        session = c.session(self.km)

        def signed(*parts):
            return [b"<IDS|MSG>", session.sign(list(parts)), *parts]

        header = session.serialize(session.msg("kernel_info_request", {}))[2]
        bad = [
            [b""], [b"x"], [b"<IDS|MSG>"], [b"<IDS|MSG>", b"", b"{}"], [b"<IDS|MSG>"] * 6,
            signed(b"", b"", b"", b""), signed(b"{}", b"{}", b"{}", b"{}"), signed(b"[1]", b"{}", b"{}", b"{}"),
            signed(header, b"{}", b"{}", b"[]"), signed(header, b"{}", b"{}", b"{"),
            signed(header, b"5", b"{}", b"{}"), signed(b"\xff\xfe" + header, b"{}", b"{}", b"{}"),
            signed(header[:-1] + b', "pad": "' + b"x" * (2 << 20) + b'"}', b"{}", b"{}", b"{}"),
            [b"x"] * 3000,
        ]
        for port in "shell_port", "control_port", "stdin_port":
            with c.socket(self.km, zmq.DEALER, port) as s:
                for frames in bad:
                    s.send_multipart(frames)
                if port != "stdin_port":
                    s.send_multipart(session.serialize(session.msg("kernel_info_request", {})))
                    self.assertTrue(s.poll(20000))
                self.assertFalse(s.poll(200) and len(s.recv_multipart()) < 5)
        self.still_works()

    def test_peers_that_break_zeromq_do_no_harm(self):
        hello = b"\xff" + bytes(7) + b"\x01\x7f" + b"\x03\x00" + b"NULL" + bytes(16) + bytes(32)
        ready = lambda kind: _command(b"\x05READY" + _property(b"Socket-Type", kind))
        kept = []
        for port in "shell_port", "control_port", "stdin_port", "iopub_port", "hb_port":
            kind = {"iopub_port": b"SUB", "hb_port": b"REQ"}.get(port, b"DEALER")
            for data in (
                b"",                                                     # silence
                b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                hello,                                                   # half a handshake
                hello + ready(b"GARBAGE"),
                hello + _command(b"\x05READY\xffSocket"),                # property cut short
                hello + ready(kind) + b"\x02" + struct.pack(">Q", 1 << 60),
                hello + ready(kind) + b"\x02" + struct.pack(">Q", 1 << 27) + b"few",
                hello + ready(kind) + b"\xf8\x01x",                      # unknown flags
                hello + ready(kind) + b"\x01\x00" * 5000,                # frames without end
                hello + ready(kind) + _command(b"\x04PING\x00\x00hi"),
                hello + ready(kind) + _command(b""),
            ):
                s = plain.create_connection((self.km.ip, getattr(self.km, port)))
                s.sendall(data)
                kept.append(s)
        self.still_works()
        other = c.Client(self.km)  # and new clients still come in
        other.kc.wait_for_ready(timeout=c.TIMEOUT)
        other.kc.stop_channels()
        for s in kept:
            s.close()
        self.still_works()

    def test_a_subscriber_that_reads_nothing_holds_up_nobody(self):
        with c.socket(self.km, zmq.SUB, "iopub_port") as s:
            s.rcvhwm = 1
            s.subscribe(b"")
            for _ in range(20):
                self.assertEqual(len(self.client.run(cell("big", 1 << 20)).text()), (1 << 20) + 1)
        self.still_works()

    def test_a_new_subscriber_is_welcomed_alone(self):
        session = c.session(self.km)
        with c.socket(self.km, zmq.SUB, "iopub_port") as s:
            s.subscribe(b"kernel.")
            self.assertTrue(s.poll(20000))
            topic, *frames = s.recv_multipart()
            self.assertEqual(topic, b"kernel.")
            _, frames = session.feed_identities(frames)
            m = session.deserialize(frames)
            self.assertEqual((m["msg_type"], m["content"]), ("iopub_welcome", {"subscription": "kernel."}))
            self.assertEqual(m["parent_header"], {})
        self.assertTrue(self.client.silent("iopub"))


def _command(body):
    return b"\x04" + bytes([len(body)]) + body


def _property(name, value):
    return bytes([len(name)]) + name + struct.pack(">I", len(value)) + value
