// The crowd-* elements of worker task templates: the documented attributes,
// children and answers, drawn by us. A task's page is a guest: it runs in a
// sandboxed frame and hands its answer to the page around it as
// {type: "answer", answer: {"<name>": <what the element's answer() says>}}.
"use strict";

(() => {
  const tell = (message) => window.parent.postMessage(message, "*");

  const pageStyle = `
    :root {
      color-scheme: light dark;
      --surface: #ffffff; --raised: #f4f5f8; --line: #d5dae3; --text: #1b2330; --muted: #5a6575;
      --accent: #3856c9; --accent-strong: #2b45a8; --on-accent: #ffffff; --accent-soft: #e9edfb;
      --bad: #a8261c; --bad-soft: #fdecea;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --surface: #191f29; --raised: #212936; --line: #364152; --text: #e8ecf2; --muted: #9ca8b8;
        --accent: #93a9ff; --accent-strong: #b3c2ff; --on-accent: #10141b; --accent-soft: #27314e;
        --bad: #ff9d92; --bad-soft: #3a2020;
      }
    }
    html { background: var(--surface); }
    body {
      margin: 0; padding: 1.5rem; color: var(--text);
      font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
    }
    crowd-form, crowd-classifier, crowd-classifier-multi-select, crowd-instructions { display: block; }
    crowd-form:not(:defined) { visibility: hidden; }
    body { display: flow-root; }
    crowd-form img { max-width: 100%; }
    full-instructions :is(p, ul) { margin: 0 0 .5rem; }
    full-instructions ul { padding-left: 1.2rem; }
    .crowd-problem {
      margin: 1rem 0; padding: .8rem 1rem; border-radius: 9px;
      background: var(--bad-soft); color: var(--bad);
    }
  `;

  const sharedStyle = `
    * { box-sizing: border-box; }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    h2 { margin: 0 0 1rem; font-size: 1.15rem; line-height: 1.35; }
    details { margin-top: 1.1rem; color: var(--muted); }
    summary { width: fit-content; cursor: pointer; color: var(--accent); font-weight: 550; }
    details > div { margin-top: .6rem; padding-left: .9rem; border-left: 3px solid var(--line); }
  `;

  const optionsStyle = `
    fieldset {
      display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .65rem;
      margin: 0; padding: 0; border: 0;
    }
    legend { padding: 0; margin-bottom: .6rem; font-weight: 550; }
    .target {
      margin: 0 0 1.35rem; padding: 1.1rem 1.25rem; border-left: 4px solid var(--accent);
      border-radius: 4px 12px 12px 4px; background: var(--raised);
      font-size: 1.15rem; overflow-wrap: anywhere;
    }
    .short { margin-bottom: 1.1rem; color: var(--muted); }
    label {
      display: flex; align-items: center; gap: .7rem; padding: .75rem .9rem;
      border: 1.5px solid var(--line); border-radius: 11px; cursor: pointer; font-weight: 550;
    }
    label:hover { border-color: var(--accent); }
    label:has(:checked) { border-color: var(--accent); background: var(--accent-soft); }
    label:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: 2px; }
    input { width: 1.1rem; height: 1.1rem; margin: 0; accent-color: var(--accent); }
    input:focus-visible { outline: none; }
    .words { flex: 1; min-width: 0; overflow-wrap: anywhere; }
    .words small { display: block; color: var(--muted); font-weight: 400; }
    kbd {
      padding: 0 .45rem; border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 5px;
      background: var(--surface); color: var(--muted);
      font: .8rem/1.5 ui-monospace, Menlo, Consolas, monospace;
    }
    @media (hover: none) { kbd { display: none; } }
    .missing { margin: .7rem 0 0; color: var(--bad); }
    .missing:empty { display: none; }
  `;

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // Templates in the wild write categories with single quotes, which is not JSON.
  const parseList = (text) => {
    for (const candidate of [text, (text ?? "").replaceAll("'", '"')]) {
      try {
        const list = JSON.parse(candidate);
        if (Array.isArray(list)) {
          return list.map(String);
        }
      } catch {
        // The next candidate, or the complaint below.
      }
    }
    throw new Error(`categories is not a JSON array: ${text}`);
  };

  const parseObject = (text) => {
    try {
      return JSON.parse(text ?? "{}");
    } catch {
      return {};
    }
  };

  const problem = (text) => make("p", { className: "crowd-problem", role: "alert", textContent: text });

  // Both classifiers: a target, instructions, and one choice per category.
  class Choices extends HTMLElement {
    connectedCallback() {
      whenParsed(() => this.draw());
    }

    draw() {
      if (this.shadowRoot) {
        return;
      }
      let categories;
      try {
        categories = parseList(this.getAttribute("categories"));
      } catch (error) {
        this.append(problem(`${this.localName}: ${error.message}`));
        return;
      }
      // Ours alone, ignored elsewhere: what a category means in words.
      const descriptions = parseObject(this.dataset.descriptions);
      const chosen = this.initial();
      const header = this.getAttribute("header") ?? "";
      this.inputs = categories.map((category, index) => {
        const input = make("input", { type: this.inputType, name: "choice", value: category });
        input.checked = chosen.includes(category);
        input.key = index < 9 ? String(index + 1) : null;
        return input;
      });
      this.complaint = make("p", { className: "missing", role: "alert" });
      const root = this.attachShadow({ mode: "open" });
      root.append(
        make("style", { textContent: sharedStyle + optionsStyle }),
        make("h2", { textContent: header }),
        make("div", { className: "target" }, this.slotFor("classification-target")),
        this.querySelector(":scope > short-instructions")?.textContent.trim()
          ? make("div", { className: "short" }, this.slotFor("short-instructions"))
          : "",
        make("fieldset", { ariaLabel: header }, ...this.inputs.map((input) => this.option(input, descriptions))),
        this.complaint,
        this.querySelector(":scope > full-instructions")?.textContent.trim()
          ? make(
              "details", {},
              make("summary", { textContent: "Full instructions" }),
              make("div", {}, this.slotFor("full-instructions")),
            )
          : "",
      );
      root.addEventListener("change", () => {
        this.complaint.textContent = "";
        this.dispatchEvent(new Event("change", { bubbles: true }));
      });
    }

    slotFor(name) {
      for (const child of this.querySelectorAll(`:scope > ${name}`)) {
        child.slot = name;
      }
      return make("slot", { name });
    }

    option(input, descriptions) {
      const words = make("span", { className: "words", textContent: descriptions[input.value] ?? input.value });
      if (descriptions[input.value]) {
        words.append(make("small", { textContent: input.value }));
      }
      const key = input.key ? make("kbd", { textContent: input.key, ariaHidden: "true" }) : "";
      return make("label", {}, input, words, key);
    }

    checked() {
      return (this.inputs ?? []).filter((input) => input.checked).map((input) => input.value);
    }

    press(key) {
      const input = (this.inputs ?? []).find((input) => input.key === key);
      input?.click();
      input?.focus();
      return Boolean(input);
    }
  }

  class CrowdClassifier extends Choices {
    inputType = "radio";

    initial() {
      return [this.getAttribute("initial-value")];
    }

    isComplete() {
      const complete = this.checked().length === 1;
      this.complaint.textContent = complete ? "" : "Choose one first.";
      return complete;
    }

    answer() {
      return { label: this.checked()[0] };
    }
  }

  class CrowdClassifierMultiSelect extends Choices {
    inputType = "checkbox";

    initial() {
      const text = this.getAttribute("initial-value");
      try {
        return text ? parseList(text) : [];
      } catch {
        return [text];
      }
    }

    isComplete() {
      const exclusive = this.getAttribute("exclusion-category");
      const labels = this.checked();
      const complete = labels.length > 0 && !(labels.length > 1 && labels.includes(exclusive));
      this.complaint.textContent = complete
        ? ""
        : labels.length > 0 ? `"${exclusive}" excludes the others.` : "Choose at least one first.";
      return complete;
    }

    answer() {
      return { labels: this.checked() };
    }
  }

  class CrowdCheckbox extends HTMLElement {
    connectedCallback() {
      whenParsed(() => {
        if (this.shadowRoot) {
          return;
        }
        this.input = make("input", { type: "checkbox", checked: this.hasAttribute("checked") });
        this.input.disabled = this.hasAttribute("disabled");
        const style = "label { display: inline-flex; gap: .55rem; align-items: center; cursor: pointer; }";
        this.attachShadow({ mode: "open" }).append(
          make("style", { textContent: sharedStyle + style }),
          make("label", {}, this.input, make("slot")),
        );
        this.complaint = make("span");
        this.shadowRoot.append(this.complaint);
      });
    }

    isComplete() {
      const complete = !this.hasAttribute("required") || this.input.checked;
      this.complaint.textContent = complete ? "" : " Required.";
      return complete;
    }

    answer() {
      return { value: this.input.checked };
    }
  }

  class CrowdButton extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) {
        return;
      }
      const quiet = (this.getAttribute("variant") ?? "primary") !== "primary";
      const button = make("button", { type: "button", className: quiet ? "quiet" : "" }, make("slot"));
      button.disabled = this.hasAttribute("disabled");
      this.attachShadow({ mode: "open", delegatesFocus: true }).append(
        make("style", {
          textContent: `${sharedStyle}
            button {
              padding: .65rem 1.5rem; border: 1px solid transparent; border-radius: 9px; cursor: pointer;
              background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600;
            }
            button:hover { background: var(--accent-strong); }
            button.quiet { background: transparent; border-color: var(--line); color: var(--text); }
            button:disabled { opacity: .5; cursor: default; }`,
        }),
        button,
      );
      button.addEventListener("click", () => {
        if (this.getAttribute("form-action") === "submit") {
          this.closest("crowd-form")?.submit();
        }
      });
    }
  }

  class CrowdInstructions extends HTMLElement {
    connectedCallback() {
      whenParsed(() => {
        if (this.shadowRoot) {
          return;
        }
        const sections = [
          ["short-summary", ""],
          ["detailed-instructions", ""],
          ["positive-example", "Do"],
          ["negative-example", "Do not"],
        ].flatMap(([name, title]) => {
          const child = this.querySelector(`:scope > ${name}`);
          if (!child) {
            return [];
          }
          child.slot = name;
          const heading = title ? [make("h3", { textContent: title })] : [];
          return [make("section", {}, ...heading, make("slot", { name }))];
        });
        this.attachShadow({ mode: "open" }).append(
          make("style", {
            textContent: `${sharedStyle}
              details { margin: 0 0 1rem; }
              h3 { margin: .8rem 0 .2rem; font-size: 1rem; }`,
          }),
          make(
            "details", {},
            make("summary", { textContent: this.getAttribute("link-text") ?? "Instructions" }),
            make("div", {}, ...sections),
          ),
        );
      });
    }
  }

  const ANSWERING = "crowd-classifier, crowd-classifier-multi-select, crowd-checkbox";

  class CrowdForm extends HTMLElement {
    connectedCallback() {
      whenParsed(() => {
        if (this.form) {
          return;
        }
        this.form = make("form", { method: "dialog" }, ...this.childNodes);
        this.append(this.form);
        if (!this.querySelector('crowd-button[form-action="submit"]')) {
          const button = make("crowd-button", { textContent: "Submit" });
          button.setAttribute("form-action", "submit");
          button.style.cssText = "display: block; margin-top: 1.35rem;";
          this.form.append(button);
        }
        // At the form itself: a template's own onsubmit on crowd-form runs after, and may veto.
        this.addEventListener("submit", (event) => {
          const vetoed = event.defaultPrevented;
          event.preventDefault();
          if (!vetoed && document.querySelector(".crowd-problem") === null) {
            tell({ type: "answer", answer: this.answers() });
          }
        });
      });
    }

    submit() {
      const elements = [...this.querySelectorAll(ANSWERING)];
      const incomplete = elements.filter((element) => !element.isComplete());
      if (incomplete.length === 0) {
        this.form.requestSubmit();
      } else {
        incomplete[0].scrollIntoView({ block: "nearest" });
      }
    }

    answers() {
      const answers = {};
      for (const element of this.querySelectorAll(ANSWERING)) {
        answers[element.getAttribute("name")] = element.answer();
      }
      for (const field of this.querySelectorAll("input[name], textarea[name], select[name]")) {
        if (field.type === "radio") {
          answers[field.name] = { ...answers[field.name], [field.value]: { on: field.checked } };
        } else if (field.type === "checkbox") {
          answers[field.name] = { on: field.checked };
        } else {
          answers[field.name] = field.value;
        }
      }
      return answers;
    }
  }

  const elements = {
    "crowd-button": CrowdButton,
    "crowd-checkbox": CrowdCheckbox,
    "crowd-classifier": CrowdClassifier,
    "crowd-classifier-multi-select": CrowdClassifierMultiSelect,
    "crowd-form": CrowdForm,
    "crowd-instructions": CrowdInstructions,
  };

  // An element's children are there when the document is; before that it would draw an empty self.
  function whenParsed(draw) {
    if (document.readyState === "loading") {
      document.addEventListener("DOMContentLoaded", draw, { once: true });
    } else {
      draw();
    }
  }

  const press = (key) => {
    const form = document.querySelector("crowd-form");
    if (key === "Enter") {
      form?.submit();
    } else {
      form?.querySelector("crowd-classifier, crowd-classifier-multi-select")?.press(key);
    }
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) {
      return;
    }
    // composedPath sees through shadow roots, where the event's target does not.
    const target = event.composedPath()[0];
    const types = target.matches?.("textarea, select, input:not([type=radio]):not([type=checkbox])");
    const acts = event.key === "Enter" && target.matches?.("button, summary, a");
    if (!types && !acts && /^([1-9]|Enter)$/.test(event.key)) {
      event.preventDefault();
      press(event.key);
    } else if (!types && /^[bs]$/.test(event.key)) {
      // Leaving the task is the page's around it.
      event.preventDefault();
      tell({ type: "key", key: event.key });
    }
  });

  window.addEventListener("message", (event) => {
    if (event.source === window.parent && event.data?.type === "key") {
      press(event.data.key);
    }
  });

  document.head.append(make("style", { textContent: pageStyle }));
  for (const [name, element] of Object.entries(elements)) {
    customElements.define(name, element);
  }

  whenParsed(() => {
    const unknown = [...document.querySelectorAll("*")]
      .map((element) => element.localName)
      .filter((name) => name.startsWith("crowd-") && !(name in elements));
    for (const name of new Set(unknown)) {
      document.body.prepend(problem(`This portal cannot draw <${name}>; the task cannot be answered here.`));
    }
    if (!document.querySelector("crowd-form")) {
      document.body.prepend(problem("This template has no <crowd-form>; it cannot be answered."));
    }
    const measure = () => tell({ type: "height", height: Math.ceil(document.body.getBoundingClientRect().height) });
    new ResizeObserver(measure).observe(document.body);
    measure();
    tell({ type: "ready" });
  });
})();
