"""People in a browser: two approve the model; as reviewers they disagree, a third answers too, and their answers are one
label, on the stack's own pages and on Augmented AI's."""

import json

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support import expected_conditions as until
from selenium.webdriver.support.ui import WebDriverWait

import loop_user
import reviews
from conftest import PROGRAMS
from loop_user import Clients, database, judged, served, upload
from small_aws import SmallAws
from test_browser import answer_with_keys, browser, pytestmark

__all__ = ["browser", "pytestmark"]
PASSWORD = "Correct-horse-7-battery"
# Of the template's labels -1, 0 and 1.
NEGATIVE, POSITIVE = "1", "3"


@pytest.fixture(scope="module", params=["portal", "a2i"])
def stack(request, browser, tmp_path_factory):
    parameters = loop_user.PARAMETERS | {
        # Several answer what is drawn at random alone.
        "AuditRate": "1",
        "AuditShare": "1",
        "HumanReview": request.param,
        "ReviewerEmails": "ana@example.com,ben@example.com,cleo@example.com",
        "ApproverEmails": "ana@example.com,ben@example.com",
        "Approvers": "2",
    }
    arguments = [word for pair in parameters.items() for word in ("--parameter", "=".join(pair))]
    aws = SmallAws(PROGRAMS / "reviewloop", PROGRAMS, tmp_path_factory.mktemp(request.param) / "state", arguments)
    user = Clients(aws)
    [pool] = [pool["Id"] for pool in user.cognito.list_user_pools(MaxResults=10)["UserPools"]]
    for name in ["ana", "ben", "cleo"]:
        user.cognito.admin_set_user_password(
            UserPoolId=pool, Username=f"{name}@example.com", Password=PASSWORD, Permanent=True
        )
    upload(user)
    loop_user.until("the verdict", lambda: judged(user, 1))
    for name in ["ana", "ben"]:
        approve_on_page(browser, user, name)
    loop_user.until("the endpoint", lambda: served(user, 1))
    user.service = request.param
    yield user
    aws.stop()


def sign_in(browser, pages, name):
    wait = WebDriverWait(browser, 20)
    browser.delete_all_cookies()
    browser.get(pages)
    wait.until(until.visibility_of_element_located((By.ID, "username"))).send_keys(f"{name}@example.com")
    browser.find_element(By.ID, "password").send_keys(PASSWORD + Keys.ENTER)
    wait.until(until.url_contains("/tasks"))
    return wait


def approve_on_page(browser, user, name):
    """As one does who follows the notice's link."""
    wait = sign_in(browser, user.decisions, name)
    browser.get(f"{user.decisions}/tasks/1")
    wait.until(until.frame_to_be_available_and_switch_to_it((By.ID, "task-frame")))
    wait.until(lambda driver: driver.execute_script("return document.querySelector('crowd-classifier')?.shadowRoot"))
    assert "test rows" in browser.find_element(By.CLASS_NAME, "checks").text
    reason = browser.find_element(By.NAME, "reason")
    reason.send_keys(f"{name} looked at it, 1 by 1")
    browser.switch_to.default_content()
    answer_with_keys(browser, "1")
    wait.until(until.url_matches(r"/tasks$"))
    browser.delete_all_cookies()


def asked(user, number):
    """Asks people about a text; the key of its label."""
    [*_, (text, _, _)] = reviews.rows(number, seed=8, name="Parcel")
    [prediction] = user.invoke("predict", {"texts": [text]})["predictions"]
    assert prediction["review"]["status"] == "started", prediction
    [key] = [key for key in user.keys("state/human-loops/") if user.object(key)["input"]["taskObject"] == text]
    return f"labels/{key.split('/')[-1]}"


def answer(browser, user, name, key):
    """Signs in, answers the one task that waits, and leaves."""
    wait = sign_in(browser, user.portal, name)

    def started(driver):
        driver.get(f"{user.portal}/tasks")
        return driver.find_elements(By.LINK_TEXT, "Start working")

    # The second question about a text comes once the first answer was looked at.
    wait.until(started)[0].click()
    wait.until(until.frame_to_be_available_and_switch_to_it((By.ID, "task-frame")))
    wait.until(lambda driver: driver.execute_script("return document.querySelector('crowd-classifier')?.shadowRoot"))
    browser.switch_to.default_content()
    answer_with_keys(browser, key)
    wait.until(until.url_matches(r"/tasks$"))
    browser.delete_all_cookies()


def test_two_people_approved_the_model_and_the_registry_says_who(stack):
    [package] = [package for package in stack.packages() if package["ModelPackageVersion"] == 1]
    said = [f"approved by {name}@example.com: {name} looked at it, 1 by 1" for name in ["ana", "ben"]]
    assert package["ApprovalDescription"] == "; ".join(said)


def test_two_reviewers_who_disagree_and_a_third_make_one_label(browser, stack):
    # While nobody else has ever answered, one answer is a label.
    first = asked(stack, 1)
    answer(browser, stack, "cleo", POSITIVE)
    loop_user.until("the label of one answer", lambda: first in stack.keys("labels/"))

    second = asked(stack, 2)
    answer(browser, stack, "ana", POSITIVE)
    stack_is_at_rest(stack)
    assert second not in stack.keys("labels/"), "another reviewer is asked first"
    answer(browser, stack, "cleo", POSITIVE)
    loop_user.until("the label of two answers", lambda: second in stack.keys("labels/"))

    third = asked(stack, 3)
    for name, label in [("ben", NEGATIVE), ("ana", POSITIVE), ("cleo", POSITIVE)]:
        assert third not in stack.keys("labels/"), f"{name} is asked"
        answer(browser, stack, name, label)
    loop_user.until("the label of three answers", lambda: third in stack.keys("labels/"))
    label = stack.object(third)
    assert [answer["label"] for answer in label["human_answers"]] == ["-1", "1", "1"]
    assert len({answer["worker"] for answer in label["human_answers"]}) == 3
    assert label["label"] == "1" and 1 / 2 < label["posterior"] < 1, label
    remembered = stack.object("state/answers.json")["texts"]
    assert [len(text["answers"]) for text in remembered] == [1, 2, 3]


def test_the_stacks_own_pages_need_nothing_of_augmented_ai(stack):
    with database(stack.state) as store:
        [[documents]] = store.execute("SELECT count(*) FROM documents WHERE kind LIKE 'a2i/%'").fetchall()
    assert (documents == 0) == (stack.service == "portal")
    assert json.dumps(stack.invoke("reconcile", loop_user.SCHEDULED)["orphans"]) == "[]"


def stack_is_at_rest(user):
    busy = ["lambda/queue", "events/delivery"]

    def rests():
        with database(user.state) as store:
            [[waiting]] = store.execute("SELECT count(*) FROM documents WHERE kind IN (?, ?)", busy).fetchall()
            [[events]] = store.execute("SELECT count(*) FROM outbox").fetchall()
        return waiting + events == 0

    loop_user.until("the end of all work", rests)
