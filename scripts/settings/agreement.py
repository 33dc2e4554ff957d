"""The settings that `agreement` reads: how annotations are read, and how results are shown."""

from scripts.settings.convert import ConvertSettings
from scripts.settings.report import ErrorSettings


class AgreementSettings(ConvertSettings, ErrorSettings):
    """The settings that `agreement` reads."""
