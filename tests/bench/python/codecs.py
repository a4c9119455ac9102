"""Times PodSixNet's own rencode, the package `rencode`, which is in C, and `json`.

Prints a line for each: what was done, by whom, nanoseconds a call. The messages are
those of src/codec.rs.
"""

import json
import time

from PodSixNet import rencode as python_rencode

try:
    import rencode as c_rencode
except ImportError:
    c_rencode = None

MESSAGES = {
    "small": {"action": "move", "x": 1.5, "y": -20.25, "id": 7},
    "1 KB": {
        "action": "state",
        "names": ["player%d" % index for index in range(20)],
        "scores": [index * 7 for index in range(100)],
        "text": "A line of a chat that is neither short nor long. " * 11,
    },
}


def nanoseconds(act, argument):
    """A call, for some 20 milliseconds."""
    calls = 1
    while True:
        begin = time.perf_counter_ns()
        for _ in range(calls):
            act(argument)
        elapsed = time.perf_counter_ns() - begin
        if elapsed > 20e6:
            return elapsed / calls
        calls *= 2


for size, message in MESSAGES.items():
    for who, codec in (("python", python_rencode), ("c", c_rencode)):
        if codec is None:
            continue
        print("encode, %s\t%s\t%f" % (size, who, nanoseconds(codec.dumps, message)))
        data = codec.dumps(message)
        print("decode, %s\t%s\t%f" % (size, who, nanoseconds(codec.loads, data)))
    # As PodSixNet's README has it.
    encode = lambda message: json.dumps(message).encode()
    print("JSON: encode, %s\tjson\t%f" % (size, nanoseconds(encode, message)))
    print("JSON: decode, %s\tjson\t%f" % (size, nanoseconds(json.loads, encode(message))))
