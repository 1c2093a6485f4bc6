#!/usr/bin/env python3
"""What csi-snapshotter weighs with one ready content and with many, on the embedded cluster, and
what it costs while nothing happens: as the leader, with its watches, with all those contents.

Prints figures; it is no test, but ends with 1 when many contents weigh more than their keys should,
or when doing nothing takes more of a core than the limit, so that neither creeps in unnoticed.
"""
import argparse
import concurrent.futures
import http.client
import os
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

SLACK_KIB = 1024  # of the heap, whatever the number of contents
LIMIT_BYTES = 100  # each more content
IDLE_SECONDS = 20
IDLE_LIMIT = 0.1  # percent of one core
CONNECTIONS = 4
DRIVER = "devcluster.csi.example.com"
CONTENTS = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents"


def content(number):
    """A content as it stands in a cluster when its snapshot is ready."""
    name = f"snapcontent-{number:08x}-0000-4000-8000-{number:012x}"
    return name, {
        "apiVersion": "snapshot.storage.k8s.io/v1",
        "kind": "VolumeSnapshotContent",
        "metadata": {
            "name": name,
            "finalizers": ["snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection"],
            "annotations": {"example.com/backup": "nightly-" + "x" * 100},
        },
        "spec": {
            "driver": DRIVER,
            "deletionPolicy": "Delete",
            "volumeSnapshotClassName": "devcluster",
            "source": {"volumeHandle": f"vol-{number}"},
            "volumeSnapshotRef": {"name": f"backup-{number}", "namespace": "team-a", "uid": name[12:]},
        },
    }


class Cluster:
    """The API server and the driver as processes, in a fresh folder."""

    def __init__(self, build, folder):
        self.folder = pathlib.Path(folder)
        self.build = pathlib.Path(build)
        devcluster = self.build / "devcluster/demo/devcluster"
        self.kubeconfig = self.folder / "kubeconfig"
        self.socket = self.folder / "csi.sock"
        self.processes = [
            self.start("apiserver", [devcluster, "apiserver", "--port=0", f"--kubeconfig-out={self.kubeconfig}",
                                     "--crds=manifests/crds"]),
            self.start("driver", [devcluster, "driver", f"--endpoint=unix://{self.socket}",
                                  f"--data={self.folder / 'storage'}"]),
        ]
        wait_for("the API server and the driver", self.serving)
        server = json.loads(self.kubeconfig.read_text())["clusters"][0]["cluster"]["server"]
        self.address = urllib.parse.urlparse(server).netloc
        self.local = threading.local()  # a connection for each thread

    def serving(self):
        for name, process in zip(("apiserver", "driver"), self.processes):
            if process.poll() is not None:
                raise SystemExit((self.folder / f"{name}.log").read_text())
        return self.kubeconfig.exists() and self.kubeconfig.stat().st_size and self.socket.exists()

    def start(self, name, command):
        log = open(self.folder / f"{name}.log", "ab")
        return subprocess.Popen([str(word) for word in command], stdout=log, stderr=log)

    def request(self, verb, path, body=None, kind="application/json"):
        if not hasattr(self.local, "connection"):
            self.local.connection = http.client.HTTPConnection(self.address)
        connection = self.local.connection
        connection.request(verb, path, json.dumps(body) if body is not None else None,
                           {"Content-Type": kind, "User-Agent": "bench/1"})
        reply = connection.getresponse()
        text = reply.read()
        if reply.status >= 300:
            raise SystemExit(f"{verb} {path}: {reply.status} {text[:500]!r}")
        return json.loads(text)

    def add_ready(self, number):
        name, body = content(number)
        self.request("POST", CONTENTS, body)
        status = {"snapshotHandle": f"snap-{number}", "readyToUse": True, "restoreSize": 1 << 30,
                  "creationTime": 1763907597000000000 + number}
        self.request("PATCH", f"{CONTENTS}/{name}/status", {"status": status}, "application/merge-patch+json")

    def add_all_ready(self, numbers):
        with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as threads:
            for _ in threads.map(self.add_ready, numbers):
                pass

    def watches(self):
        return [r for r in self.request("GET", "/devcluster/requests")["requests"]
                if r.get("verb") == "watch" and r.get("resource") == "volumesnapshotcontents"]

    def sidecar(self):
        return self.start("csi-snapshotter", [self.build / "sidecar/csi-snapshotter", f"--kubeconfig={self.kubeconfig}",
                                              f"--csi-address={self.socket}", "--leader-election",
                                              "--leader-election-namespace=default"])

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait()


def wait_for(what, true, seconds=120):
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise SystemExit(f"waited {seconds} s for {what}")
        time.sleep(0.05)


def memory_kib(pid):
    """resident, anonymous"""
    fields = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
    return tuple(int(fields[key].split()[0]) for key in ("VmRSS", "RssAnon"))


def settled_memory_kib(pid):
    """Once two looks a second apart agree."""
    before = memory_kib(pid)
    for _ in range(30):
        time.sleep(1)
        now = memory_kib(pid)
        if abs(now[0] - before[0]) < 16:
            return now
        before = now
    return before


def cpu_seconds(pid):
    """of all its threads; in nanoseconds where the kernel counts them, else in ticks of 10 ms"""
    process = pathlib.Path(f"/proc/{pid}")
    counted = [int(path.read_text().split()[0]) for path in process.glob("task/*/schedstat")]
    return sum(counted) / 1e9 if any(counted) else ticks(process)


def ticks(process):
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def idle_percent(pid):
    """of one core"""
    before, begin = cpu_seconds(pid), time.monotonic()
    time.sleep(IDLE_SECONDS)
    return 100 * (cpu_seconds(pid) - before) / (time.monotonic() - begin)


def measure(cluster, idle):
    """resident, anonymous, and the idle CPU if that is asked for"""
    seen = len(cluster.watches())
    process = cluster.sidecar()
    wait_for("csi-snapshotter to watch contents", lambda: len(cluster.watches()) > seen or process.poll() is not None)
    if process.poll() is not None:
        raise SystemExit((cluster.folder / "csi-snapshotter.log").read_text()[-2000:])
    figures = *settled_memory_kib(process.pid), idle_percent(process.pid) if idle else None
    process.send_signal(signal.SIGTERM)
    if process.wait(15) != 0:
        raise SystemExit(f"csi-snapshotter ended with {process.returncode}")
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", help="build folder with release binaries")
    parser.add_argument("mode", nargs="?", default="full", choices=["full", "smoke"])
    arguments = parser.parse_args()
    counts = (1, 10_000, 100_000) if arguments.mode == "full" else (1, 2_000)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(arguments.build, folder)
        try:
            done = 0
            for count in counts:
                cluster.add_all_ready(range(done, count))
                done = count
                rows.append((count, *measure(cluster, idle=count == counts[-1])))
        finally:
            cluster.stop()

    print(f"{'ready contents':>15} {'resident KiB':>13} {'anonymous KiB':>14}")
    for count, resident, anonymous, _ in rows:
        print(f"{count:>15,} {resident:>13,} {anonymous:>14,}")
    grown = rows[-1][1] - rows[0][1]
    allowed = SLACK_KIB + counts[-1] * LIMIT_BYTES // 1024
    print(f"{counts[-1]:,} contents cost {grown:,} KiB more than one, {1024 * grown / counts[-1]:.0f} bytes each "
          f"({allowed:,} KiB allowed)")
    idle = rows[-1][3]
    print(f"leading and idle for {IDLE_SECONDS} s, it takes {idle:.3f} % of one core ({IDLE_LIMIT} % allowed)")
    binary = pathlib.Path(arguments.build) / "sidecar/csi-snapshotter"
    print(f"the binary has {binary.stat().st_size / 1e6:.1f} MB")
    return 0 if grown <= allowed and idle <= IDLE_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
