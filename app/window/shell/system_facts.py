"""What a person who reports a problem should tell about program and machine."""

import platform

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import QSysInfo, qVersion
from PySide6.QtGui import QGuiApplication

from app.version import version


def system_facts(model_id: str | None = None) -> str:
    """Versions and system, one fact per line."""
    facts = {
        "Discern": version(),
        "Model": model_id or "none is loaded",
        "System": f"{QSysInfo.prettyProductName()}, {QSysInfo.currentCpuArchitecture()}",
        "Python": platform.python_version(),
        "Qt": f"{qVersion()}, PySide6 {pyside_version}, {QGuiApplication.platformName()}",
    }
    return "\n".join(f"{name}: {fact}" for name, fact in facts.items())
