#!/usr/bin/env python3
"""Usage: link.py RATE DELAY NAMESPACE NAMESPACE

A link between two network namespaces, for kernels without netem: moves a new TUN device, link1 and
link2, into each of them, and carries their packets until it is killed. Each direction takes RATE
bits per second (as a number, or 1gbit), and DELAY (0.1ms) besides. Needs root.
"""
import collections
import fcntl
import os
import select
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
MTU = 65535  # as netem sees packets, before the sender cuts them for its network card
UNITS = {'kbit': 1e3, 'mbit': 1e6, 'gbit': 1e9, 'us': 1e-6, 'ms': 1e-3, 's': 1}


def number(text):
    for unit, factor in UNITS.items():
        if text.endswith(unit):
            return float(text[:-len(unit)]) * factor
    return float(text)


def device(name, namespace):
    fd = os.open('/dev/net/tun', os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack('16sH22x', name.encode(), IFF_TUN | IFF_NO_PI))
    subprocess.run(['ip', 'link', 'set', name, 'netns', namespace, 'mtu', str(MTU)], check=True)
    return fd


class Direction:
    """The packets on their way from one device to the other, each with its time of arrival."""

    def __init__(self, source, sink):
        self.source, self.sink = source, sink
        self.free = 0  # when the last byte of the last packet leaves
        self.packets = collections.deque()

    def take(self, rate, delay):
        try:
            packet = os.read(self.source, MTU + 1)
        except BlockingIOError:
            return
        self.free = max(self.free, time.monotonic()) + 8 * len(packet) / rate
        self.packets.append((self.free + delay, packet))

    def deliver(self):
        while self.packets and self.packets[0][0] <= time.monotonic():
            try:
                os.write(self.sink, self.packets.popleft()[1])
            except OSError:
                pass  # the receiver's queue is full, or its device is down: the packet is lost


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    rate, delay = number(sys.argv[1]), number(sys.argv[2])
    one, two = device('link1', sys.argv[3]), device('link2', sys.argv[4])
    with open('/proc/self/timerslack_ns', 'w') as slack:
        slack.write('1000')  # 50 microseconds otherwise, half of the usual delay
    print('ready', flush=True)
    ways = Direction(one, two), Direction(two, one)
    while True:
        arrivals = [way.packets[0][0] for way in ways if way.packets]
        wait = max(0, min(arrivals) - time.monotonic()) if arrivals else None
        ready = select.select([one, two], [], [], wait)[0]
        for way in ways:
            if way.source in ready:
                way.take(rate, delay)
            way.deliver()


main()
