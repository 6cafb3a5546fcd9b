// The pages' script: a task's page listens to the task's frame and submits its answer; times are the reader's own.
"use strict";

const frame = document.querySelector("#task-frame");
const form = document.querySelector("#answer-form");
const back = document.querySelector("#return-form");
const skip = document.querySelector("#skip");

const leave = (key) => {
  if (key === "b") {
    back?.requestSubmit();
  } else if (key === "s" && skip) {
    skip.open = true;
    skip.querySelector("input[type=radio]").focus();
  }
};

if (frame) {
  window.addEventListener("message", (event) => {
    // The frame's origin is opaque; its window is what tells it apart.
    if (event.source !== frame.contentWindow || typeof event.data !== "object") {
      return;
    }
    const { type, answer, height, key } = event.data;
    if (type === "answer" && form.dataset.sent !== "yes") {
      form.dataset.sent = "yes";
      form.elements.answer.value = JSON.stringify(answer);
      form.submit();
    } else if (type === "height" && Number.isFinite(height)) {
      frame.style.height = `${Math.min(Math.max(height, 120), 20000)}px`;
    } else if (type === "ready") {
      frame.contentWindow.focus();
    } else if (type === "key") {
      leave(key);
    }
  });

  // Keys work wherever the focus is, but not on what has a use for them itself.
  document.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
    const idle = document.activeElement === document.body || document.activeElement === frame;
    if (plain && idle && /^([1-9]|Enter)$/.test(event.key)) {
      event.preventDefault();
      frame.contentWindow.postMessage({ type: "key", key: event.key }, "*");
    } else if (plain && idle && /^[bs]$/.test(event.key)) {
      event.preventDefault();
      leave(event.key);
    } else if (event.key === "Escape" && skip?.open) {
      skip.open = false;
      frame.contentWindow.focus();
    }
  });

  // Back to an answered task through the browser's cache: ask the server what is next.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      window.location.reload();
    }
  });
}

// Whoever writes chooses the reason that words are for.
skip?.querySelector("input[name=words]").addEventListener("input", (event) => {
  const chosen = skip.querySelector("input[name=reason]:checked");
  if (event.target.value && !chosen) {
    skip.querySelector('input[name=reason][value=""]').checked = true;
  }
});

for (const time of document.querySelectorAll("time[datetime]")) {
  const short = time.textContent.startsWith("20") ? { dateStyle: "medium", timeStyle: "short" } : { timeStyle: "short" };
  time.textContent = new Date(time.dateTime).toLocaleString(undefined, short);
}
