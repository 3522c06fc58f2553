// What a customer's website does: a form goes to the form route, a page seen by a known visitor to
// the site's own back end, which puts it on the bus.

// Told first, and kept alive: a visitor may be gone before any answer comes.
fetch("/seen", { method: "POST", body: location.pathname, keepalive: true });
const { form: address } = await (await fetch("/site.json")).json();

const form = document.getElementById("demo");
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const answers = Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
  const answer = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ submission_id: crypto.randomUUID(), utm_medium: "cpc", utm_campaign: "sample-site", ...answers }),
  });
  if (answer.ok) await fetch("/known", { method: "POST", body: answers.email, keepalive: true });
  const words = answer.ok ? "Thank you, we will call you." : "Please check what you entered.";
  document.getElementById("answer").textContent = words;
});
