// Puts what the server sends into its place. The server has escaped it, and the page's policy runs
// nothing that would come with it.
"use strict";

const LONGEST = 200;
const list = document.getElementById("exchanges");
const state = document.getElementById("state");
const summary = document.getElementById("summary");
let refreshing = false;

// At most once a second, however much happens.
function refresh() {
  if (refreshing) return;
  refreshing = true;
  setTimeout(async () => {
    refreshing = false;
    const answer = await fetch("/live/summary");
    if (answer.ok) summary.innerHTML = await answer.text();
  }, 1000);
}

const source = new EventSource("/live/events");
source.addEventListener("open", () => { state.textContent = "live"; refresh(); });
source.addEventListener("error", () => { state.textContent = "no connection to etalon"; });
source.addEventListener("reload", () => location.reload());
source.addEventListener("exchange", (event) => {
  list.insertAdjacentHTML("afterbegin", event.data);
  while (list.children.length > LONGEST) list.lastElementChild.remove();
  refresh();
});
