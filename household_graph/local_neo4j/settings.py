"""The environment variables that configure the local Neo4j."""

from errno import EINVAL, ELOOP, ENAMETOOLONG
from pathlib import Path

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from household_graph.errors import LocalServerError
from household_graph.files import expanded

APP = "household-graph"
PREFIX = "HOUSEHOLD_GRAPH_"
MEMORY = r"^\d+[kmgKMG]$"  # the notation that Java and Neo4j share


class LocalSettings(BaseSettings):
    """The `HOUSEHOLD_GRAPH_…` variables; an empty variable counts as not set.

    Attributes:
        home: the directory of database, password and logs; None: the user's data directory.
        local: whether an empty database may be made where no terminal is attached.
        jars: the directory of Neo4j's jars, which homes can share.
        bolt_port: for drivers; None: a free one, chosen once and remembered; so is `http_port`.
        java_options: more options for the Java process, separated by spaces.
        page_cache: memory for cached store files.
        start_timeout: seconds until a start without an answer counts as failed.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True)

    home: Path | None = None
    local: bool = False
    jars: Path | None = None
    bolt_port: int | None = Field(default=None, ge=1, le=65535)
    http_port: int | None = Field(default=None, ge=1, le=65535)
    heap: str = Field(default="1g", pattern=MEMORY)
    java_options: str = ""
    page_cache: str = Field(default="256m", pattern=MEMORY)
    start_timeout: float = Field(default=180.0, gt=0)

    @property
    def home_directory(self) -> Path:
        """The home as an absolute path."""
        return expanded(self.home or user_data_path(APP, appauthor=False)).absolute()

    @property
    def jars_directory(self) -> Path:
        """The jars' directory as an absolute path: a home set by hand has its jars inside."""
        cache = self.home / "cache" if self.home else user_cache_path(APP, appauthor=False)
        return expanded(self.jars or cache / "jars").absolute()


def read_settings() -> LocalSettings:
    """Read the environment; a variable with an invalid value is named."""
    try:
        settings = LocalSettings()
        for path in (settings.home_directory, settings.jars_directory):
            _check_path(path)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        name = PREFIX + str(problem["loc"][0]).upper()
        raise LocalServerError(
            f"environment variable `{name}` is `{problem['input']}`",
            hint=str(problem["msg"])[:1].lower() + str(problem["msg"])[1:],
        ) from error
    return settings


def _check_path(path: Path) -> None:
    """Refuse a path that no file system takes, before anything is asked about it."""
    try:
        path.lstat()
    except OSError as error:
        if error.errno in (ENAMETOOLONG, ELOOP, EINVAL):
            raise LocalServerError(
                f"`{str(path)[:80]}…` cannot be a folder: {error.strerror}",
                hint="HOUSEHOLD_GRAPH_HOME and HOUSEHOLD_GRAPH_JARS name folders; choose others",
            ) from error
