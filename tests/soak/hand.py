# SPDX-License-Identifier: GPL-2.0-only
"""Commands of xswitch, the log of what was done, and failures that say how it came to them."""
import collections
import json
import os
import random
import signal
import subprocess
import threading
import time

TOOL = os.environ["XSW_TEST_TOOL"]
SLOW = int(os.environ.get("TEST_SLOW", "1"))
PATIENCE = 120 * SLOW	# seconds a command may take, half of that for the lock: a deadlock is longer


class Failure(Exception):
	pass


class Log:
	"""The last 30 actions, the seed and the step are what a failure is told with."""

	def __init__(self, seed):
		self.seed, self.step = seed, 0
		self.last = collections.deque(maxlen=30)
		self.start = time.monotonic()
		self.lock = threading.Lock()

	def note(self, text):
		with self.lock:
			self.last.append("%7.2f s  step %d  %s" % (time.monotonic() - self.start, self.step, text))

	def story(self, what):
		with self.lock:
			return "\n".join(["seed %d, step %d: %s" % (self.seed, self.step, what),
				"the last actions:"] + ["  " + x for x in self.last])


def start(words, **more):
	return subprocess.Popen([TOOL, "--wait", str(PATIENCE // 2)] + words, stdin=more.pop("stdin", subprocess.DEVNULL),
		stdout=more.pop("stdout", subprocess.PIPE), stderr=more.pop("stderr", subprocess.PIPE),
		**more)


def finish(proc, words, data=None):
	"""(status, stdout, stderr); a command that does not end is a failure."""
	try:
		out, err = proc.communicate(data, timeout=PATIENCE)
	except subprocess.TimeoutExpired:
		proc.kill()
		proc.communicate()
		raise Failure("%s: does not end within %d s" % (" ".join(words), PATIENCE))
	return proc.returncode, out.decode(errors="replace"), err.decode(errors="replace")


def run(words, data=None):
	words = list(words)
	proc = start(words, stdin=subprocess.PIPE if data is not None else subprocess.DEVNULL)
	return finish(proc, words, data.encode() if data is not None else None)


def want(words, statuses=(0,), data=None):
	"""Its stdout; any other status is a failure."""
	status, out, err = run(words, data)
	if status not in statuses:
		raise Failure("xswitch %s: exit %d: %s" % (" ".join(words), status, err.strip()))
	return out


def parsed(words, statuses=(0,)):
	return parse(words, want(["-j"] + list(words), statuses))


def parse(words, out):
	try:
		data = json.loads(out)
	except ValueError as error:
		raise Failure("xswitch -j %s: no JSON: %s: %.300s" % (" ".join(words), error, out))
	if not isinstance(data, list):
		raise Failure("xswitch -j %s: no array: %.300s" % (" ".join(words), out))
	return data


def killed(words, delay, sig=signal.SIGKILL):
	"""Start it, send the signal after a delay; its status, negative: of the signal."""
	proc = start(list(words))
	time.sleep(delay)
	proc.send_signal(sig)
	return finish(proc, list(words))


def system(*words):
	done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE,
		check=False)
	if done.returncode:
		raise Failure("%s: exit %d: %s" % (" ".join(words), done.returncode,
			done.stderr.decode(errors="replace")))
	return done.stdout.decode(errors="replace")


def until(seconds, condition, pause=0.05):
	"""Poll; a busy machine gets the time it needs."""
	end = time.monotonic() + seconds * SLOW
	while not condition():
		if time.monotonic() > end:
			return False
		time.sleep(pause)
	return True


def seeded(seed):
	return random.Random(seed)
