"""The server's part of each workload, with PodSixNet: as src/serve.rs has it.

It is given a plan: the workload, how many messages in all, messages a tick, clients.
"""

import sys
import time

from PodSixNet.Channel import Channel
from PodSixNet.Server import Server

ANSWER_EVERY = 10_000
PAGE = 4096

workload = sys.argv[1]
total, batch, clients = map(int, sys.argv[2:])
warm_up = 0 if workload == "idle" else max(total // 10, 1)
answers = workload in ("round-trip", "busy-round-trip", "echo")
copies = batch * clients if workload == "broadcast" else 1
expected = batch * clients if workload == "idle" else total

taken = 0
sum_of_ids = 0
begin = end = None


def now():
    return time.perf_counter_ns(), time.process_time_ns()


def resident_bytes():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * PAGE


class Player(Channel):
    def Network_move(self, data):
        global taken, sum_of_ids, begin, end
        taken += 1
        sum_of_ids += data["id"]
        if taken == warm_up:
            begin = now()
        if taken == expected:
            end = now()
        is_last = taken == expected or taken % ANSWER_EVERY == 0
        if answers or workload == "flood" and is_last:
            self.Send(data)


def turn(block):
    """Sends and receives once. The original does not wait: its examples sleep."""
    server.Pump()
    if block and workload not in ("flood", "busy-round-trip"):
        time.sleep(0.0001)


def broadcast(number):
    message = {"action": "move", "x": 1.5, "y": -20.25, "id": number % 200}
    for channel in server.channels:
        channel.Send(message)


def report(**figures):
    words = " ".join("%s=%r" % figure for figure in figures.items())
    print("result", words)


def report_messages():
    messages = (total - warm_up) * copies
    report(
        messages_s=messages / ((end[0] - begin[0]) / 1e9),
        cpu_ns=(end[1] - begin[1]) / messages,
    )


server = Server(channelClass=Player, localaddr=("127.0.0.1", 0), listeners=128)
before = resident_bytes()
print("listening podsixnet://127.0.0.1:%d" % server.socket.getsockname()[1])

if workload in ("broadcast", "idle"):
    while len(server.channels) < clients:
        turn(True)

if workload == "broadcast":
    while taken < total:
        tick = taken
        for number in range(batch):
            broadcast(number)
        while taken == tick:
            turn(True)
    report_messages()
elif workload == "idle":
    in_ram = resident_bytes() - before
    broadcast(0)
    while taken < expected:
        turn(True)
    settled = time.monotonic() + 0.05
    while time.monotonic() < settled:
        turn(False)
    in_ram_after = resident_bytes() - before
    begin = time.process_time_ns()
    for _ in range(total):
        turn(False)
    report(
        pump_ns=(time.process_time_ns() - begin) / total,
        bytes=in_ram / clients,
        bytes_after=in_ram_after / clients,
    )
else:
    while taken < total:
        turn(True)
    turn(False)
    report_messages()

sys.stdin.read()
