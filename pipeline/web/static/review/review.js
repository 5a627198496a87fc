// The reviewer's keyboard. Every action is a button of the page that names its keys by where they are
// (data-code: event.code), so top row and number pad serve alike and nothing depends on the layout.
"use strict";

(() => {
  let busy = false; // an answer is on its way: a key pressed now would decide what nobody has seen

  const review = () => document.getElementById("review") || document.getElementById("contact");
  const say = (words) => {
    const place = document.getElementById("said");
    if (place) place.textContent = words;
  };
  const isField = (element) =>
    element.isContentEditable ||
    element.matches("select, textarea, input:not([type=checkbox], [type=hidden])");

  // What is decided must have been seen.
  function unseen() {
    for (const picture of document.querySelectorAll("img[data-needed]")) {
      if (!picture.complete) return "Ảnh chưa tải xong; đợi một chút rồi bấm lại.";
      if (picture.naturalWidth === 0)
        return "Không tải được ảnh. Hãy tải lại trang; nếu vẫn lỗi, để riêng chỗ này.";
    }
    return "";
  }

  function press(button) {
    if (busy || button.disabled) return;
    if (button.matches("[data-decides], [data-accept]")) {
      const why = unseen() || notScrolled(button);
      if (why) return say(why);
    }
    if (button.matches("input")) return button.focus();
    button.click();
    if (button.matches("[data-note]")) {
      const field = button.parentElement.querySelector("input:not([type=hidden])");
      if (field && button.parentElement.open) field.focus();
    }
  }

  // A decision by mouse needs the picture too.
  document.addEventListener(
    "submit",
    (event) => {
      const button = event.submitter;
      if (!button || !button.matches("[data-decides], [data-accept]")) return;
      const why = unseen() || notScrolled(button);
      if (!why) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      say(why);
    },
    true,
  );

  function typeDigit(field, event) {
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
    if (digit && !event.shiftKey) {
      if (field.value.length < 2) field.value += digit[1];
      say(`Số: ${field.value}`);
    } else if (event.code === "Backspace") {
      field.value = field.value.slice(0, -1);
      say(`Số: ${field.value || "chưa gõ"}`);
    } else if (/^(Numpad)?Enter$/.test(event.code) && field.value) {
      press(review().querySelector("[data-typed]"));
    } else {
      return false;
    }
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const target = event.target;
    if (document.querySelector("dialog[open]")) return;
    if (isField(target)) {
      if (event.code === "Escape") focusHeading();
      if (target.id === "note" && /Enter$/.test(event.code)) {
        event.preventDefault(); // Enter in a note decides nothing
        focusHeading();
      }
      return;
    }
    if (!review()) return;
    if (moveInSheet(event)) return event.preventDefault();
    const isControl = target.closest("a, button, summary");
    if (isControl && /^(Space|(Numpad)?Enter)$/.test(event.code)) return;
    const digits = document.querySelector("[data-digits]");
    if (digits && !event.repeat && typeDigit(digits, event)) return event.preventDefault();
    const button = document.querySelector(`[data-code~="${event.code}"]`);
    if (!button || (event.shiftKey && event.code !== "Slash")) return;
    event.preventDefault();
    if (!event.repeat || button.matches("[data-browse]")) press(button);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button, svg#page");
    if (!button) return;
    if (button.matches("[data-keys]")) document.getElementById("keys").showModal();
    if (button.matches("[data-zoom], svg#page")) zoom();
    if (button.matches("[data-turn]")) turn();
  });

  function zoom() {
    const page = document.getElementById("page");
    const button = document.querySelector("[data-zoom]");
    if (!page || !button) return;
    const near = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(near));
    page.setAttribute("viewBox", near ? page.dataset.near : page.dataset.whole);
  }

  function turn() {
    const page = document.getElementById("page");
    const at = new URL(page.src);
    at.searchParams.set("turn", (Number(at.searchParams.get("turn") || 0) + 90) % 360);
    page.src = at.href;
  }

  // Contact sheets: arrows go from picture to picture, space (the checkbox itself) marks one as odd.
  function moveInSheet(event) {
    const boxes = [...document.querySelectorAll(".crops input[type=checkbox]")];
    if (!boxes.length || !event.code.startsWith("Arrow")) return false;
    const at = boxes.indexOf(document.activeElement);
    const top = (box) => box.closest("li").offsetTop;
    const across = boxes.filter((box) => top(box) === top(boxes[0])).length;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across }[event.code];
    const next = at < 0 ? 0 : at + step;
    if (boxes[next]) boxes[next].focus();
    return true;
  }

  const seen = new WeakSet();
  const observer = new IntersectionObserver(
    (entries) => entries.forEach((entry) => entry.isIntersecting && seen.add(entry.target)),
    { threshold: 0.5 },
  );

  function notScrolled(button) {
    if (!button.matches("[data-accept]")) return "";
    const left = [...document.querySelectorAll(".crops img")].filter((each) => !seen.has(each));
    if (!left.length) return "";
    left[0].scrollIntoView({ block: "start" });
    return `Còn ${left.length} ảnh phía dưới chưa xem; đã cuộn tới đó. Bấm lại khi xem xong.`;
  }

  function focusHeading() {
    const heading = document.querySelector("[data-focus]");
    if (heading) heading.focus({ preventScroll: true });
  }

  // The crop first: the page beside it, and the pictures of the items to come, a frame later.
  async function arrived() {
    document.querySelectorAll(".crops img").forEach((each) => observer.observe(each));
    const section = review();
    const crop = document.getElementById("crop");
    if (crop) await crop.decode().catch(() => {}); // a broken picture is told of when a key is pressed
    requestAnimationFrame(() =>
      setTimeout(() => {
        if (!section || !section.isConnected) return;
        section.querySelectorAll("[data-later]").forEach((each) => {
          each.setAttribute("href", each.dataset.later);
        });
        section.querySelectorAll("[data-ahead]").forEach((each) => {
          new Image().src = each.dataset.ahead;
        });
      }),
    );
  }

  document.addEventListener("htmx:beforeRequest", () => (busy = true));
  document.addEventListener("htmx:afterRequest", () => (busy = false));
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    if (target.id === "said") return;
    if (target.id === "found") return say("Đã tìm xong.");
    focusHeading();
    window.scrollTo(0, 0);
    arrived();
  });
  document.addEventListener("DOMContentLoaded", () => {
    focusHeading();
    arrived();
  });
})();
