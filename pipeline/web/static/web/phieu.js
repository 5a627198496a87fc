// What every page needs of a script: to ask before what cannot be taken back, and to say in words
// when a request to the server failed.
"use strict";

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

function sayProblem(html) {
  const place = document.getElementById("problem");
  if (!place) return;
  place.replaceChildren();
  if (html) place.insertAdjacentHTML("beforeend", html);
}

document.addEventListener("htmx:beforeRequest", () => sayProblem(""));
document.addEventListener("htmx:responseError", (event) => {
  // The server's own fragment: pipeline/web/templates/web/error_notice.html, escaped there.
  const answer = event.detail.xhr;
  const isFragment = answer.responseText.startsWith('<div class="notice');
  sayProblem(
    isFragment
      ? answer.responseText
      : '<div class="notice error"><p>Máy chủ không làm được việc này. Hãy tải lại trang rồi thử lại.</p></div>',
  );
});
document.addEventListener("htmx:sendError", () =>
  sayProblem(
    '<div class="notice error"><p>Không liên lạc được với máy chủ. Kiểm tra mạng rồi thử lại; việc vừa rồi chưa được lưu.</p></div>',
  ),
);
