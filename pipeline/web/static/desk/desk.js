// The clerk's desk: choosing files by dropping them, how far an upload is, printing a page.
"use strict";

function size(bytes) {
  if (bytes < 1048576) return Math.ceil(bytes / 1024).toLocaleString("vi-VN") + " KB";
  const mb = bytes / 1048576;
  return mb.toLocaleString("vi-VN", { maximumFractionDigits: mb < 10 ? 1 : 0 }) + " MB";
}

function showChosen(drop) {
  const files = Array.from(drop.querySelector("input[type=file]").files);
  const form = drop.closest("form");
  const limit = Number(form.dataset.maxMb || 0) * 1048576;
  const tooLarge = files.filter((file) => limit && file.size > limit);
  const place = drop.querySelector("[data-chosen]");
  if (tooLarge.length) {
    place.textContent = `Tệp quá lớn, hãy chia nhỏ: ${tooLarge.map((file) => file.name).join(", ")}`;
    drop.querySelector("input[type=file]").value = "";
    return;
  }
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const names = files.slice(0, 5).map((file) => file.name).join(", ");
  place.textContent = files.length
    ? `${files.length} tệp, ${size(total)}: ${names}${files.length > 5 ? ", …" : ""}`
    : "Chưa chọn tệp nào.";
}

for (const drop of document.querySelectorAll("[data-drop]")) {
  const input = drop.querySelector("input[type=file]");
  input.addEventListener("change", () => showChosen(drop));
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    input.files = event.dataTransfer.files;
    showChosen(drop);
  });
}

for (const form of document.querySelectorAll("[data-upload]")) {
  const bar = form.querySelector("[data-progress]");
  const words = form.querySelector("[data-sent]");
  form.addEventListener("htmx:xhr:progress", (event) => {
    if (!event.detail.lengthComputable) return;
    bar.hidden = false;
    bar.value = Math.floor((100 * event.detail.loaded) / event.detail.total);
    words.textContent = `Đã tải lên ${size(event.detail.loaded)} / ${size(event.detail.total)}. Đừng đóng trang này cho đến khi tải xong.`;
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) return;
    bar.hidden = true;
    words.textContent = "Chưa tải lên được.";
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
