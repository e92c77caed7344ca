# SPDX-License-Identifier: GPL-2.0-or-later
"""The real Wireshark on a display of its own, with the plugin just built and the profile "TCP State", driven by its keys."""
import contextlib
import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from common import ROOT, skip  # pylint: disable=wrong-import-position

PROGRAMS = ["wireshark", "Xvfb", "openbox", "xdotool", "import", "convert"]
WIDTH, HEIGHT = 1280, 900
PANES = """gui.geometry_main_maximized: TRUE
gui.geometry_main_upper_pane: 196
gui.geometry_main_lower_pane: 485
"""


def need_programs():
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        skip(f"there is no {', '.join(missing)}")


def menu_labels():
    """The entries of Statistics > TCP State."""
    with open(os.path.join(ROOT, "plugin", "menu.c"), encoding="utf-8") as f:
        return re.findall(r'^    {"([^"]+)",', f.read(), re.M)


def wait_for(what, condition, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.1)
    raise TimeoutError(f"{what}: not within {seconds} s")


class Wireshark:
    """Use in `with`. shots: where pictures go; None: nowhere. prepare: is called with a folder for programs, the home."""

    def __init__(self, *arguments, shots=None, stdin=subprocess.DEVNULL, prepare=None):
        self.arguments, self.shots, self.stdin, self.prepare = arguments, shots, stdin, prepare
        self.stack = contextlib.ExitStack()
        self.environment = dict(os.environ, QT_QPA_PLATFORM="xcb")
        self.environment.pop("WAYLAND_DISPLAY", None)

    def __enter__(self):
        try:
            self.home = self.stack.enter_context(tempfile.TemporaryDirectory())
            self.make_home()
            self.start_display()
            self.process = self.start([os.path.join(ROOT, "tests", "in_home"), self.home, "wireshark", "-C", "TCP State", *self.arguments],
                                      stdin=self.stdin)
            self.window("Wireshark|[.]pcap|Capturing")
            time.sleep(2)
        except BaseException:
            self.stack.close()
            raise
        return self

    def __exit__(self, *_):
        self.stack.close()

    def make_home(self):
        os.chmod(self.home, 0o777)
        settings = os.path.join(self.home, ".config", "wireshark")
        profile = os.path.join(settings, "profiles", "TCP State")
        shutil.copytree(os.path.join(ROOT, "profile", "TCP State"), profile)
        with open(os.path.join(profile, "recent"), "a", encoding="utf-8") as f:
            f.write(PANES)
        with open(os.path.join(profile, "preferences"), "a", encoding="utf-8") as f:
            f.write("gui.layout_type: 1\ngui.update.enabled: FALSE\n")
        self.environment["XDG_RUNTIME_DIR"] = os.path.join(self.home, "run")
        os.mkdir(os.path.join(self.home, "run"), 0o700)
        self.environment.update(TMPDIR=self.home, PATH=self.home + os.pathsep + self.environment["PATH"])
        if self.prepare:
            self.prepare(self.home)

    def start(self, command, **more):
        log = self.stack.enter_context(open(os.path.join(self.home, os.path.basename(command[0]) + ".log"), "wb"))
        process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, **more)  # pylint: disable=consider-using-with
        self.stack.callback(process.wait)
        self.stack.callback(process.kill)
        return process

    def start_display(self):
        numbers = os.path.join(self.home, "display")
        with open(numbers, "wb") as f:
            self.start(["Xvfb", "-displayfd", str(f.fileno()), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp", "-ac"],
                       pass_fds=[f.fileno()])
        self.environment["DISPLAY"] = ":" + wait_for("Xvfb", lambda: open(numbers, encoding="utf-8").read().strip())
        self.start(["openbox"])
        wait_for("openbox", lambda: self.xdotool("get_num_desktops", check=False))

    def xdotool(self, *arguments, check=True):
        return subprocess.run(["xdotool", *map(str, arguments)], env=self.environment, capture_output=True, text=True, timeout=60,
                              check=check).stdout.strip()

    def window(self, title):
        """Waits for a window; returns its number."""
        return wait_for(f"window {title}", lambda: self.xdotool("search", "--onlyvisible", "--name", title, check=False)).split()[-1]

    def keys(self, *keys, pause=0.25):
        self.xdotool("key", "--delay", 40, *keys)
        time.sleep(pause)

    def type(self, text, *keys, pause=0.3):
        self.xdotool("type", "--delay", 8, text)
        self.keys(*keys, pause=pause) if keys else time.sleep(pause)

    def click(self, x, y, *, button=1, times=1):
        self.xdotool("mousemove", x, y, "click", "--repeat", times, button)
        time.sleep(0.6)

    def menu(self, opens, *keys):
        """An entry of a menu, by the keys that lead to it from the menu's first."""
        self.keys(opens)
        self.keys("Up", "Down")  # it may open with its first selected, or with none: now it is the first
        self.keys(*keys, "Return", pause=1.5)

    def tcp_state(self, label):
        """An entry of Statistics > TCP State, which is the last one there."""
        self.keys("alt+s", pause=0.6)
        self.keys("Up", "Right", pause=0.4)
        self.keys(*["Down"] * menu_labels().index(label), "Return", pause=1.5)

    def select(self, row):
        self.click(400, 144)
        self.keys("ctrl+Home", *["Down"] * (row - 1))

    def press(self, title, number, pause=1):
        """The n-th button that the plugin has added to a window of its own. Then the window is closed."""
        self.window(title)
        self.keys(*["Tab"] * (number + 1), "space", pause=pause)
        self.xdotool("windowactivate", "--sync", self.window(title))
        self.keys("Escape", pause=1)

    def filter(self, expression):
        self.keys("ctrl+slash", "ctrl+a", "BackSpace")
        if expression:
            self.type(expression + " ", "BackSpace")
        self.keys("Return", pause=1.5)

    def place(self, title, width, height, x=60, y=60):
        window = self.window(title)
        self.xdotool("windowsize", window, width, height, "windowmove", window, x, y)
        time.sleep(1)
        return window

    def shot(self, name):
        if not self.shots:
            return
        self.xdotool("mousemove", WIDTH // 2, 5)
        time.sleep(0.7)
        path = os.path.join(self.shots, f"{name}.png")
        subprocess.run(["import", "-window", "root", path], env=self.environment, check=True, timeout=60)
        print(path)

    def colour(self, x, y):
        """Red, green and blue of a point of the screen."""
        text = subprocess.run(["import", "-window", "root", "-crop", f"1x1+{x}+{y}", "-depth", "8", "rgb:-"], env=self.environment,
                              capture_output=True, check=True, timeout=60).stdout
        return tuple(text[:3])

    def rows(self):
        """What the packet list shows: (number, client's state, server's state, findings) of each row."""
        path = os.path.join(self.home, "export.csv")
        if os.path.exists(path):
            os.remove(path)
        self.keys("alt+f")
        self.keys(*["Up"] * 7, "Right", "Down", "Return", pause=0.2)  # Export Packet Dissections, as CSV
        window = self.window("Export Packet Dissections")
        time.sleep(0.5)
        self.type(path, "Return")
        wait_for("export", lambda: os.path.exists(path) and window not in self.xdotool("search", "--onlyvisible", "--name", ".", check=False).split())
        time.sleep(0.3)
        with open(path, encoding="utf-8", newline="") as f:
            return [(int(row["No."]), row["Client state"], row["Server state"], row["Finding"]) for row in csv.DictReader(f)]
