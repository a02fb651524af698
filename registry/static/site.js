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
