"""Neo4j Browser, as `db browser` opens it, takes the library and asks one of its questions."""

import base64
from pathlib import Path

from playwright.sync_api import Browser, Page

from household_graph import HouseholdGraph
from household_graph.local_neo4j import LocalServer
from household_graph.queries.catalogue import find_query, library_queries, write_browser_file
from tests.browser.conftest import SIZE

COMING_OF_AGE = "minors/coming-of-age"
_DROP = """(content) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], 'questions.zip', { type: 'application/zip' }));
  for (const kind of ['dragenter', 'dragover', 'drop']) {
    const options = { bubbles: true, cancelable: true, dataTransfer: files };
    document.querySelector('.filedrop').dispatchEvent(new DragEvent(kind, options));
  }
}"""


def logged_in(browser: Browser, server: LocalServer) -> Page:
    """Neo4j Browser, connected."""
    page = browser.new_context(viewport=SIZE).new_page()
    page.goto(f"{server.http_uri}/browser/")
    page.get_by_test_id("boltaddress").fill(server.bolt_uri.partition("//")[2])
    page.get_by_test_id("username").fill(server.username)
    page.get_by_test_id("password").fill(server.password)
    page.get_by_test_id("connect").click()
    page.get_by_text("You are connected as user").first.wait_for()
    return page


def test_a_question_of_the_library_is_asked(
    browser: Browser, server: LocalServer, graph: HouseholdGraph, tmp_path: Path
) -> None:
    """Dropped on its window, the file is a folder a topic; one is run by a click."""
    assert graph.connection
    path = tmp_path / "questions.zip"
    write_browser_file(path, library_queries().values())
    page = logged_in(browser, server)
    page.evaluate(_DROP, base64.b64encode(path.read_bytes()).decode())
    page.get_by_test_id("navigationFavorites").click()
    for topic in {name.partition("/")[0] for name in library_queries()}:
        page.get_by_test_id(f"savedScriptsFolder-{topic}").wait_for()
    page.get_by_test_id("expandFolder-minors").click()
    page.get_by_test_id(f"scriptTitle-{find_query(COMING_OF_AGE).query.title}").click()
    page.get_by_test_id("editor-Run").click()
    page.get_by_text("bakers/emma").first.wait_for()
    page.close()
