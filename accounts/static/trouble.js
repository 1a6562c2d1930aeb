// Says in a sentence that htmx got no answer. Without this file nothing would be seen to happen.
// Somebody may log in again in another window: forms and requests then send the token of the new login.
(() => {
  const say = (about) => {
    const place = document.getElementById("trouble");
    place.replaceChildren(...(about ? [document.getElementById(`trouble-${about}`).content.cloneNode(true)] : []));
  };
  document.addEventListener("htmx:responseError", (event) => {
    say([401, 403].includes(event.detail.xhr.status) ? "login" : "other");
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, () => say("other"));
  document.addEventListener("htmx:afterOnLoad", (event) => { if (event.detail.successful) say(null); });

  // The newest page names the member who is logged in. A page of an earlier one keeps its own token, and is refused.
  const { member } = document.body.dataset;
  const latest = (value) => {
    try {
      if (value !== undefined) localStorage.setItem("member", value);
      return localStorage.getItem("member");
    } catch { return null; }
  };
  latest(member);
  const token = () => {
    if (member && latest() !== member) return undefined;
    return document.cookie.match(/(?:^|; )csrftoken=(\w+)/)?.[1];
  };
  document.addEventListener("htmx:configRequest", (event) => {
    if (!token()) return;
    event.detail.headers["X-CSRFToken"] = token();
    if (event.detail.parameters.csrfmiddlewaretoken) event.detail.parameters.csrfmiddlewaretoken = token();
  });
  document.addEventListener("submit", (event) => {
    const field = event.target.querySelector("input[name=csrfmiddlewaretoken]");
    if (field && token()) field.value = token();
  });
})();
