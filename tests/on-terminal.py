# SPDX-License-Identifier: GPL-2.0-only
#
# tests/on-terminal.py WIDTHxHEIGHT COMMAND...: run it on a terminal of that size, whose output goes to
# standard output as it came; line feeds are as the program wrote them.  Exits as it did.
# KEYS in the environment: what is typed, once something was written.
import fcntl, os, pty, select, struct, sys, termios

width, height = map(int, sys.argv[1].split("x"))
keys = os.environ.pop("KEYS", "").encode()
pid, fd = pty.fork()
if not pid:
    modes = termios.tcgetattr(0)
    modes[1] &= ~termios.OPOST
    termios.tcsetattr(0, termios.TCSANOW, modes)
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
while True:
    try:
        ready = select.select([fd], [], [], 60)[0]
        data = os.read(fd, 65536) if ready else b""
    except OSError:
        break
    if not data:
        break
    sys.stdout.buffer.write(data)
    if keys:
        os.write(fd, keys)
        keys = b""
status = os.waitpid(pid, 0)[1]
sys.exit(os.waitstatus_to_exitcode(status) % 256)
