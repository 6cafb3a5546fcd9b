"""A person in a browser: signs in to the portal, answers a task, and the loop completes."""

import json
import shutil

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support import expected_conditions as until
from selenium.webdriver.support.ui import WebDriverWait

from small_aws import wait_for

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMEDRIVER = shutil.which("chromedriver")
WORKER = "ana@example.com"
PASSWORD = "Correct-horse-7-battery"

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and CHROMEDRIVER), reason="Chromium and chromedriver are not installed; apt-get install chromium-driver"
)


@pytest.fixture(scope="module")
def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1200,900"]:
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=CHROMEDRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def human_loop(aws):
    """A loop of the stack's own flow definition, and a worker who knows the password."""
    session = aws.session()
    cognito, a2i = session.client("cognito-idp"), session.client("sagemaker-a2i-runtime")
    pools = cognito.list_user_pools(MaxResults=10)["UserPools"]
    pool = next(pool["Id"] for pool in pools if pool["Name"] == "reviewloop-reviewers")
    cognito.admin_set_user_password(UserPoolId=pool, Username=WORKER, Password=PASSWORD, Permanent=True)
    flow = session.client("sagemaker").list_flow_definitions()["FlowDefinitionSummaries"][0]
    text = {
        "taskObject": "The colour is lovely, but it shrank in the first wash.",
        "initialValue": "1",
        "labels": ["-1", "0", "1"],
        "origin": "uncertain",
        "textHash": "aaaabbbbccccddddeeeeffff22",
    }
    a2i.start_human_loop(
        HumanLoopName="browser-0001",
        FlowDefinitionArn=flow["FlowDefinitionArn"],
        HumanLoopInput={"InputContent": json.dumps(text)},
    )
    return {"a2i": a2i, "name": "browser-0001", "s3": session.client("s3")}


def test_an_answer_in_the_browser_completes_the_loop(aws, browser, human_loop, target):
    pictures = target / "screenshots"
    pictures.mkdir(exist_ok=True)
    wait = WebDriverWait(browser, 20)

    browser.get(aws.portal)
    wait.until(until.visibility_of_element_located((By.ID, "username")))
    browser.save_screenshot(str(pictures / "portal-sign-in.png"))
    browser.find_element(By.ID, "username").send_keys(WORKER)
    browser.find_element(By.ID, "password").send_keys(PASSWORD + Keys.ENTER)

    wait.until(until.url_contains("/tasks"))
    browser.save_screenshot(str(pictures / "portal-tasks.png"))
    wait.until(until.element_to_be_clickable((By.LINK_TEXT, "Start working"))).click()
    wait.until(until.frame_to_be_available_and_switch_to_it((By.ID, "task-frame")))
    wait.until(until.presence_of_element_located((By.TAG_NAME, "crowd-classifier")))
    # Shown by an element of ours, so the page's own script has run within the frame's sandbox.
    wait.until(lambda driver: driver.execute_script("return document.querySelector('crowd-classifier').shadowRoot"))
    browser.switch_to.default_content()
    browser.save_screenshot(str(pictures / "portal-task.png"))

    # The second label is "0": the keyboard is all that a quick worker touches.
    answer_with_keys(browser, "2")
    wait.until(until.url_matches(r"/tasks$"))
    browser.save_screenshot(str(pictures / "portal-done.png"))

    def completed():
        found = human_loop["a2i"].describe_human_loop(HumanLoopName=human_loop["name"])
        return found if found["HumanLoopStatus"] == "Completed" else None

    output = wait_for("the loop to complete", completed)["HumanLoopOutput"]["OutputS3Uri"]
    bucket, key = output.removeprefix("s3://").split("/", 1)
    answer = json.loads(human_loop["s3"].get_object(Bucket=bucket, Key=key)["Body"].read())
    assert answer["humanAnswers"][0]["answerContent"] == {"sentiment": {"label": "0"}}


def answer_with_keys(browser, key):
    body = browser.find_element(By.TAG_NAME, "body")
    body.send_keys(key)
    body.send_keys(Keys.ENTER)
