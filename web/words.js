// Every text of the console, in each language. A test compares the keys.

export const WORDS = {
  en: {
    leads: "Leads", quality: "Quality", skip: "Skip to content", sign_in: "Sign in", sign_out: "Sign out",
    signed_in_as: "Signed in as {name} ({role})",
    rep: "rep", manager: "manager", admin: "admin", machine: "machine", nobody_role: "no role",
    sign_in_first: "Sign in to see your leads", sign_in_why: "The list of leads is for the sales team only.",
    language: "Polski", call_list: "Call list",
    hot: "hot", warm: "warm", cold: "cold",
    ready: "ready", to_nurture: "to nurture", curious: "curious", not_for_us: "not for us",
    band: "Band", channel: "Channel", country: "Country", owner: "Owner", all: "all",
    mine: "mine", nobody: "nobody's", everybody: "everybody's", search: "Find by e-mail", find: "Find", clear: "Clear",
    score: "Score", fit: "Fit", engagement: "Engagement", who: "Who", what_next: "What next",
    cools: "cools {when}", stays: "stays {band}", not_contacted: "not contacted", moved: "moved since",
    reached: "reached", no_answer: "no answer", left_message: "left a message",
    alerted: "alert {when}", do_not_mail: "do not mail: {reason}",
    unsubscribed: "unsubscribed", complained: "called it spam", bounced: "mailbox is gone", not_interested: "not interested",
    more: "Show more", shown: "{number} leads shown", loading: "Loading…",
    empty_filtered: "No lead fits these filters.", show_all: "Show all leads",
    empty: "No leads yet.", empty_how: "Send the first one: paste this into a terminal, or fill in a form of your website.",
    failed: "This could not be loaded.", failed_how: "The connection or the service is away. Nothing is lost; try again in a moment.",
    again: "Try again", forbidden: "You may not do this.", forbidden_how: "Ask an administrator of your team to give you a role.",
    not_found: "There is no such lead.", not_found_how: "It may have been erased. Go back to the list.", back: "Back to the list",
    why: "Why this score", sums_to: "Together {score}", until: "until {when}", for_good: "no end",
    no_points: "No points yet.", forecast: "If nothing happens", changes: "When the score changes",
    from_when: "From", stays_so: "It stays as it is.", to_hot: "What would make it hot",
    to_hot_line: "{says}: {points} points, then {score}", nothing_alone: "No single step would.",
    answers: "What it answered", form: "form", sales: "sales", no_answers: "Nothing so far.",
    happened: "What happened", by_machine: "by a machine", criteria: "Is it an ideal lead?",
    yes: "yes", no: "no", unknown: "unknown", distance: "{number} of {of} missing", distance_open: "{number} missing, {unknown} unknown",
    do_now: "What you did", contacted: "Contacted", outcome: "How it ended", won: "won", lost: "lost", disqualified: "disqualified",
    amount: "Amount", reason: "Reason", save: "Save", take_back: "Take back", later: "Call again on", put_off: "Put off",
    back_at_once: "Bring back now", reject: "Complain", reject_why: "Why is it no good lead?", take: "Take it", give_back: "Give it back",
    owner_is: "Owner: {owner}", later_is: "Put off until {when}", saved: "Saved.",
    changed: "Somebody changed this lead meanwhile. Here it is as it is now; do it again if it still fits.",
    refused: "This was not taken: {codes}", phone: "Phone", mail: "Mail", came_from: "Came from",
    keys: "Keys", keys_list: "j and k move, Enter opens, c marks as reached, / finds by e-mail, ? shows the keys",
    test_lead: "test", contacted_line: "{result} {when} by {by}", ended_line: "{result} {when}",
    marketing: "What marketing delivered", sales_did: "What sales did with it", month: "Month", by: "By",
    campaign: "campaign", experiment: "experiment", definition: "definition", by_channel: "channel", by_owner: "owner", by_month: "month",
    group: "Group", number: "Leads", ideal: "Ideal", missing_most: "Missing most", mean: "Mean distance", hot_share: "Hot",
    won_share: "Won", won_value: "Value", rejected: "Rejected", to_contact: "Minutes to contact", before: "before: {value}",
    differs: "more than chance", chance: "within chance", too_few: "too few to tell",
    chart_title: "Channels: how many leads (across) and the share of ideal ones (up)", no_quality: "No leads in this month.",
    no_quality_how: "Choose another month.",
    since_alert: "{hours} h since the alert",
  },
  pl: {
    leads: "Leady", quality: "Jakość", skip: "Przejdź do treści", sign_in: "Zaloguj się", sign_out: "Wyloguj się",
    signed_in_as: "Zalogowano jako {name} ({role})",
    rep: "handlowiec", manager: "kierownik", admin: "administrator", machine: "maszyna", nobody_role: "bez roli",
    sign_in_first: "Zaloguj się, żeby zobaczyć leady", sign_in_why: "Lista leadów jest tylko dla działu sprzedaży.",
    language: "English", call_list: "Do kogo zadzwonić",
    hot: "gorący", warm: "ciepły", cold: "zimny",
    ready: "gotowy", to_nurture: "do pielęgnacji", curious: "ciekawski", not_for_us: "nie dla nas",
    band: "Kategoria", channel: "Kanał", country: "Kraj", owner: "Opiekun", all: "wszystkie",
    mine: "moje", nobody: "niczyje", everybody: "wszystkich", search: "Znajdź po e-mailu", find: "Znajdź", clear: "Wyczyść",
    score: "Wynik", fit: "Dopasowanie", engagement: "Aktywność", who: "Kto", what_next: "Co dalej",
    cools: "stygnie {when}", stays: "zostaje: {band}", not_contacted: "bez kontaktu", moved: "ruszył się od kontaktu",
    reached: "rozmowa", no_answer: "nie odebrał(a)", left_message: "zostawiono wiadomość",
    alerted: "alert {when}", do_not_mail: "nie wysyłać maili: {reason}",
    unsubscribed: "wypisany", complained: "zgłosił spam", bounced: "skrzynka nie istnieje", not_interested: "niezainteresowany",
    more: "Pokaż więcej", shown: "Pokazano leadów: {number}", loading: "Wczytywanie…",
    empty_filtered: "Żaden lead nie pasuje do filtrów.", show_all: "Pokaż wszystkie",
    empty: "Nie ma jeszcze leadów.", empty_how: "Wyślij pierwszy: wklej to do terminala albo wypełnij formularz na swojej stronie.",
    failed: "Nie udało się wczytać.", failed_how: "Połączenie albo usługa nie odpowiada. Nic nie zginęło; spróbuj za chwilę.",
    again: "Spróbuj ponownie", forbidden: "Nie masz do tego prawa.", forbidden_how: "Poproś administratora zespołu o rolę.",
    not_found: "Nie ma takiego leada.", not_found_how: "Mógł zostać usunięty. Wróć do listy.", back: "Wróć do listy",
    why: "Skąd ten wynik", sums_to: "Razem {score}", until: "do {when}", for_good: "bez końca",
    no_points: "Jeszcze bez punktów.", forecast: "Jeśli nic się nie wydarzy", changes: "Kiedy wynik się zmieni",
    from_when: "Od", stays_so: "Zostaje bez zmian.", to_hot: "Co uczyni go gorącym",
    to_hot_line: "{says}: {points} pkt, razem {score}", nothing_alone: "Nic w pojedynkę.",
    answers: "Co odpowiedział", form: "formularz", sales: "sprzedaż", no_answers: "Na razie nic.",
    happened: "Co się wydarzyło", by_machine: "automat", criteria: "Czy to idealny lead?",
    yes: "tak", no: "nie", unknown: "nie wiadomo", distance: "brakuje {number} z {of}", distance_open: "brakuje {number}, nieznane {unknown}",
    do_now: "Co zrobiłaś lub zrobiłeś", contacted: "Kontakt", outcome: "Jak się skończyło", won: "wygrany", lost: "przegrany", disqualified: "odrzucony",
    amount: "Kwota", reason: "Powód", save: "Zapisz", take_back: "Cofnij", later: "Zadzwonić znowu", put_off: "Odłóż",
    back_at_once: "Przywróć teraz", reject: "Reklamuj", reject_why: "Dlaczego to zły lead?", take: "Weź", give_back: "Oddaj",
    owner_is: "Opiekun: {owner}", later_is: "Odłożony do {when}", saved: "Zapisano.",
    changed: "Ktoś zmienił tego leada. Oto stan obecny; zrób to jeszcze raz, jeśli nadal pasuje.",
    refused: "Nie przyjęto: {codes}", phone: "Telefon", mail: "E-mail", came_from: "Skąd",
    keys: "Klawisze", keys_list: "j i k przesuwają, Enter otwiera, c oznacza rozmowę, / szuka po e-mailu, ? pokazuje klawisze",
    test_lead: "test", contacted_line: "{result} {when}, {by}", ended_line: "{result} {when}",
    marketing: "Co dostarczył marketing", sales_did: "Co zrobiła z tym sprzedaż", month: "Miesiąc", by: "Według",
    campaign: "kampanii", experiment: "eksperymentu", definition: "definicji", by_channel: "kanału", by_owner: "opiekuna", by_month: "miesiąca",
    group: "Grupa", number: "Leady", ideal: "Idealne", missing_most: "Najczęściej brakuje", mean: "Średnia odległość", hot_share: "Gorące",
    won_share: "Wygrane", won_value: "Wartość", rejected: "Reklamacje", to_contact: "Minuty do kontaktu", before: "przedtem: {value}",
    differs: "więcej niż przypadek", chance: "w granicach przypadku", too_few: "za mało, by orzec",
    chart_title: "Kanały: ile leadów (w poziomie) i udział idealnych (w pionie)", no_quality: "W tym miesiącu nie ma leadów.",
    no_quality_how: "Wybierz inny miesiąc.",
    since_alert: "{hours} h od alertu",
  },
};

const KEPT = "language";
let language = localStorage.getItem(KEPT) ?? "";

/** The language in use: the chosen one, else that of the company's model, else the browser's. */
export function current() {
  return language || (navigator.language.startsWith("pl") ? "pl" : "en");
}

/** Speak a language; `keep` remembers that a person chose it. */
export function speak(name, keep = false) {
  if (!keep && language) return;
  language = name in WORDS ? name : "en";
  document.documentElement.lang = language;
  if (keep) localStorage.setItem(KEPT, language);
}

/** Word a key, its {places} filled in. */
export function say(key, places = {}) {
  const words = WORDS[current()][key] ?? key;
  return words.replace(/\{(\w+)\}/g, (_, name) => String(places[name] ?? ""));
}

/** A date and time as people here write them: weekday and hour when it is near. */
export function when(instant) {
  const at = new Date(instant);
  const near = Math.abs(at - Date.now()) < 6 * 86_400_000;
  const shape = near
    ? { weekday: "short", hour: "2-digit", minute: "2-digit" }
    : { day: "numeric", month: "short", year: "numeric" };
  return new Intl.DateTimeFormat(current(), shape).format(at);
}

/** A date with its hour. */
export function exactly(instant) {
  const shape = { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(current(), shape).format(new Date(instant));
}
