// Comfort only: every page works without this file.

// A copy button for each box that offers its text.
for (const button of document.querySelectorAll("[data-copy]")) {
  const box = document.getElementById(button.dataset.copy);
  const done = button.parentElement.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    box.select();
    try {
      await navigator.clipboard.writeText(box.value);
      done.textContent = "Đã sao chép";
    } catch {
      done.textContent = "Nhấn Ctrl+C để sao chép";
    }
  });
}

// What went wrong is read out, and the way to each field is one key away.
const summary = document.querySelector(".govuk-error-summary");
if (summary) {
  summary.tabIndex = -1;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const target = event.target.hash && document.getElementById(event.target.hash.slice(1));
    if (target) {
      event.preventDefault();
      (target.closest(".govuk-form-group") ?? target).scrollIntoView();
      target.focus({ preventScroll: true });
    }
  });
}

// A long table is one stop of the Tab key: from its field in use, arrow keys go to all others.
for (const table of document.querySelectorAll("table[data-walked]")) {
  const fields = (row) => [...(row?.querySelectorAll("input:not([type=hidden])") ?? [])];
  const rows = [...table.tBodies[0].rows];
  let current = fields(rows[0])[0];
  const stopAt = (field) => {
    current.tabIndex = -1;
    current = field;
    current.tabIndex = 0;
  };
  table.setAttribute("role", "grid");
  for (const row of rows) for (const field of fields(row)) field.tabIndex = -1;
  stopAt(current);
  table.addEventListener("focusin", ({ target }) => {
    if (target.matches("input")) stopAt(target);
  });
  table.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const row = event.target.closest("tr");
    const [line, place] = [rows.indexOf(row), fields(row).indexOf(event.target)];
    const isTick = event.target.type === "checkbox";
    const isBefore = isTick || event.target.selectionEnd === 0;
    const isAfter = isTick || event.target.selectionStart === event.target.value.length;
    const to = {
      ArrowUp: [line - 1, place],
      ArrowDown: [line + 1, place],
      Enter: [line + 1, place],
      ArrowLeft: isBefore && [line, place - 1],
      ArrowRight: isAfter && [line, place + 1],
      Home: isTick && [0, place],
      End: isTick && [rows.length - 1, place],
    }[event.key];
    if (!to) return;
    event.preventDefault();
    fields(rows[to[0]])[to[1]]?.focus();
  });
}
for (const hint of document.querySelectorAll("[data-walk-hint]")) hint.hidden = false;

// The bar below a list to decide on counts along; a button that ticks lines needs no new page.
const bar = document.querySelector("[data-decision-bar]");
if (bar) {
  const { form } = bar.querySelector("button");
  const ticks = [...form.querySelectorAll("[data-line]")];
  const decision = bar.querySelector("[data-decision]");
  const { decision_id: known, number } = form.elements;
  const tell = () => {
    const approved = ticks.filter((tick) => tick.checked).length;
    bar.querySelector("[data-approved]").textContent = approved;
    bar.querySelector("[data-left-out]").textContent = ticks.length - approved;
    const named = known.value ? known.selectedOptions[0].text : number.value.trim();
    decision.textContent = named || decision.dataset.none;
  };
  form.addEventListener("input", tell);
  form.addEventListener("click", (event) => {
    const choice = event.target.closest("button[name=choose]")?.value;
    if (!choice) return;
    event.preventDefault();
    for (const tick of ticks) {
      const { line } = tick.dataset;
      if (choice !== "keep") tick.checked = line === "clean" || (line === "flagged" && choice === "all");
    }
    tell();
  });
  tell();
}

// A second click within a moment is a slip; the server refuses a repeated form anyway.
for (const form of document.querySelectorAll("form[method=post]")) {
  let sentAt = 0;
  form.addEventListener("submit", (event) => {
    if (event.timeStamp - sentAt < 1000 && sentAt) event.preventDefault();
    else sentAt = event.timeStamp;
  });
}

// The account menu closes like a menu: on Escape and on a click elsewhere.
const menu = document.querySelector(".account-menu");
if (menu) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") menu.open = false;
  });
}
