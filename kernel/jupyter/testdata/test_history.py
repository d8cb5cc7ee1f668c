"""History on disk, seen by the kernels that come after."""
import unittest

from client import kernel
from snippets import cell


def ask(client, **content):
    request = {"raw": True, "output": False, **content}
    return client.ask("shell", "history_request", request).content["history"]


class History(unittest.TestCase):
    def test_a_kernel_knows_what_was_run_before_it(self):
        codes = [cell("value", 5000 + i) for i in range(3)]
        with kernel() as (km, client):
            for code in codes:
                client.run(code)
            client.run(cell("value", 6000), store_history=False)
            client.run(cell("value", 7000), silent=True)
        with kernel() as (km, client):
            tail = ask(client, hist_access_type="tail", n=3)
            self.assertEqual([h[2] for h in tail], codes)
            session = tail[0][0]
            client.run(codes[0])
            self.assertEqual(ask(client, hist_access_type="tail", n=1), [[session + 1, 1, codes[0]]])
            self.assertEqual(
                ask(client, hist_access_type="range", session=-1, start=2, stop=3, output=True),
                [[session, 2, [codes[1], "5001"]]])
            self.assertEqual(ask(client, hist_access_type="range", session=0, start=1), [[session + 1, 1, codes[0]]])
            self.assertEqual(
                [h[0] for h in ask(client, hist_access_type="search", pattern="*500[0]*")], [session, session + 1])
            self.assertEqual(ask(client, hist_access_type="search", pattern="*[67]000*"), [])

    def test_two_kernels_at_a_time_keep_theirs_apart(self):
        with kernel() as (_, one), kernel() as (_, other):
            one.run(cell("value", 1))
            other.run(cell("value", 2))
            one.run(cell("value", 3))
            self.assertEqual(
                [h[1:] for h in ask(one, hist_access_type="range", session=0, start=0)],
                [[1, cell("value", 1)], [2, cell("value", 3)]])
            self.assertEqual(
                [h[1:] for h in ask(other, hist_access_type="range", session=0, start=0)], [[1, cell("value", 2)]])
