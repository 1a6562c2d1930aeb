// Shows the question for mentors only to those who want to mentor.
(() => {
  const question = document.querySelector("[data-for-mentors]");
  const mentor = document.querySelector("input[name=roles][value=mentor]");
  if (!question || !mentor) return;
  const follow = () => { question.hidden = !mentor.checked; };
  mentor.addEventListener("change", follow);
  follow();
})();
