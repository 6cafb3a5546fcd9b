// The page around a task: listens to the task's frame, submits its answer.
"use strict";

const frame = document.querySelector("#task-frame");
const form = document.querySelector("#answer-form");

window.addEventListener("message", (event) => {
  // The frame's origin is opaque; its window is what tells it apart.
  if (event.source !== frame.contentWindow || typeof event.data !== "object") {
    return;
  }
  const { type, answer, height } = event.data;
  if (type === "answer" && form.dataset.sent !== "yes") {
    form.dataset.sent = "yes";
    form.elements.answer.value = JSON.stringify(answer);
    form.submit();
  } else if (type === "height" && Number.isFinite(height)) {
    frame.style.height = `${Math.min(Math.max(height, 120), 20000)}px`;
  } else if (type === "ready") {
    frame.contentWindow.focus();
  }
});

// Keys work wherever the focus is, but not on what has a use for them itself.
document.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const idle = document.activeElement === document.body || document.activeElement === frame;
  if (plain && idle && /^([1-9]|Enter)$/.test(event.key)) {
    event.preventDefault();
    frame.contentWindow.postMessage({ type: "key", key: event.key }, "*");
  }
});

// Back to an answered task through the browser's cache: ask the server what is next.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    window.location.reload();
  }
});
