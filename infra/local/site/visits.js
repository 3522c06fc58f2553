// What a customer's website does: a form goes to the form route, a page seen by a known visitor to
// the site's own back end, which puts it on the bus.

const { form: address } = await (await fetch("/site.json")).json();
await fetch("/seen", { method: "POST", body: location.pathname, keepalive: true });

const form = document.getElementById("demo");
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const answers = Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
  const answer = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ submission_id: crypto.randomUUID(), utm_medium: "cpc", utm_campaign: "sample-site", ...answers }),
  });
  const words = answer.ok ? "Thank you, we will call you." : "Please check what you entered.";
  document.getElementById("answer").textContent = words;
  if (answer.ok) await fetch("/known", { method: "POST", body: answers.email });
});
