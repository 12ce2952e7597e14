const value = (row, i) => row.cells[i].dataset.value ?? row.cells[i].textContent;
for (const button of document.querySelectorAll("th button")) button.addEventListener("click", () => {
  const th = button.closest("th"), table = th.closest("table"), body = table.tBodies[0], i = th.cellIndex;
  const down = th.getAttribute("aria-sort") === "ascending";
  for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
  th.setAttribute("aria-sort", down ? "descending" : "ascending");
  const rows = [...body.rows], sign = down ? -1 : 1;
  rows.sort((a, b) => {
    const x = value(a, i), y = value(b, i), p = Number(x), q = Number(y);
    if (x === "" || y === "") return (x === "") - (y === "");
    return sign * (isNaN(p) || isNaN(q) ? x.localeCompare(y) : p - q);
  });
  body.append(...rows);
});
const csv = table => [...table.rows].map(row => [...row.cells].map((c, i) => {
  const text = value(row, i);
  return /[",\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}).join(",")).join("\n");
for (const button of document.querySelectorAll(".copy")) button.addEventListener("click", async () => {
  const text = csv(button.closest(".table").querySelector("table"));
  try { await navigator.clipboard.writeText(text); } catch {
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area); area.select(); document.execCommand("copy"); area.remove();
  }
  button.textContent = "copied"; setTimeout(() => { button.textContent = "copy as CSV"; }, 1500);
});
