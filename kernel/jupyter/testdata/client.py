"""A Jupyter client for the tests: jupyter_client, with everything that a
request brings about gathered in one place.
"""
import queue
import time
import unittest
from contextlib import contextmanager

import zmq
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from jupyter_client.session import Session

TIMEOUT = 300
argv = []  # of the kernel, without "-f FILE"


def manager(env=None, transport="tcp"):
    """A manager of the kernel under test, not started."""
    km = KernelManager(transport=transport)
    km._kernel_spec = KernelSpec(
        argv=argv + ["-f", "{connection_file}"], interrupt_mode="message", language="go", display_name="test",
        env=env or {},
    )
    return km


@contextmanager
def kernel(env=None, ready=True, transport="tcp"):
    """A running kernel: yields its manager and a Client."""
    km = manager(env, transport)
    km.start_kernel()
    client = Client(km)
    try:
        if ready:
            client.kc.wait_for_ready(timeout=TIMEOUT)
        yield km, client
    finally:
        client.kc.stop_channels()
        km.shutdown_kernel(now=True)


class OneKernel(unittest.TestCase):
    """Tests that share one kernel, self.km, and its client."""

    @classmethod
    def setUpClass(cls):
        cls.context = kernel()
        cls.km, cls.client = cls.context.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.context.__exit__(None, None, None)


class Outcome:
    """What a request brought about: its reply and its iopub messages in order."""

    def __init__(self, reply, messages):
        self.reply = reply
        self.content = reply["content"]
        self.messages = messages

    def types(self):
        return [m["msg_type"] for m in self.messages]

    def of(self, msg_type):
        return [m["content"] for m in self.messages if m["msg_type"] == msg_type]

    def text(self, name="stdout"):
        return "".join(c["text"] for c in self.of("stream") if c["name"] == name)


class Client:
    def __init__(self, km):
        self.km = km
        self.kc = km.client()
        self.kc.allow_stdin = False
        self.kc.start_channels()
        self.replies = {}  # that came before they were asked for, by the request's id

    def send(self, channel, msg_type, content):
        """Sends any request; returns its id."""
        msg = self.kc.session.msg(msg_type, content)
        getattr(self.kc, channel + "_channel").send(msg)
        return msg["header"]["msg_id"]

    def start(self, code, **content):
        """Sends a cell; returns its id."""
        request = {
            "code": code, "silent": False, "store_history": True,
            "user_expressions": {}, "allow_stdin": False, "stop_on_error": True,
        }
        request.update(content)
        return self.send("shell", "execute_request", request)

    def run(self, code, **content):
        return self.finish(self.start(code, **content))

    def ask(self, channel, msg_type, content=None):
        return self.finish(self.send(channel, msg_type, content or {}), channel)

    def finish(self, msg_id, channel="shell"):
        """Gathers the messages up to idle, and the reply."""
        messages = []
        while not messages or messages[-1]["content"].get("execution_state") != "idle":
            messages.append(self.iopub(msg_id))
        return Outcome(self.reply(msg_id, channel), messages)

    def iopub(self, msg_id):
        while True:
            m = self.kc.get_iopub_msg(timeout=TIMEOUT)
            if m["parent_header"].get("msg_id") == msg_id:
                return m

    def wait_for(self, msg_id, msg_type):
        while True:
            m = self.iopub(msg_id)
            if m["msg_type"] == msg_type:
                return m

    def reply(self, msg_id, channel="shell"):
        get = getattr(self.kc, f"get_{channel}_msg")
        while msg_id not in self.replies:
            m = get(timeout=TIMEOUT)
            self.replies[m["parent_header"].get("msg_id")] = m
        return self.replies.pop(msg_id)

    def silent(self, channel, seconds=0.3):
        """True if nothing comes on the channel."""
        try:
            getattr(self.kc, f"get_{channel}_msg")(timeout=seconds)
        except queue.Empty:
            return True
        return False


@contextmanager
def socket(km, kind, port):
    """A bare ZeroMQ socket connected to one of the kernel's ports."""
    context = zmq.Context()
    s = context.socket(kind)
    s.linger = 0
    s.connect(f"tcp://{km.ip}:{getattr(km, port)}")
    try:
        yield s
    finally:
        context.destroy(linger=0)


def session(km):
    """A Session that signs with the kernel's key."""
    return Session(key=km.session.key)


def ended(pid, seconds=20):
    """Waits for a process that is no child of ours to end."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with open(f"/proc/{pid}/stat") as f:
                if f.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


def wait_for_line(process, text):
    for line in process.stdout:
        if text in line:
            return line
    raise AssertionError(f"the process ended without saying {text!r}")
