// Lets a reader make a picture interactive. The library is large, so it is asked for when the first button is pressed.
// Everything stays here: nothing is sent to Plotly's makers, and the button that would do so is off.
const library = document.querySelector("script[data-library]").dataset.library;
const config = {
  displaylogo: false, showSendToCloud: false, plotlyServerURL: "", responsive: true,
  modeBarButtonsToRemove: ["select2d", "lasso2d"],
};
const looks = {
  font: { family: "Arial, sans-serif", size: 14, color: "#0b0c0c" }, paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff",
  showlegend: false, margin: { l: 16, r: 24, t: 64, b: 48 },
};
let asked;

function plotly() {
  asked ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = library;
    script.addEventListener("load", () => resolve(window.Plotly));
    script.addEventListener("error", () => { asked = undefined; script.remove(); reject(new Error("not loaded")); });
    document.head.append(script);
  });
  return asked;
}

for (const figure of document.querySelectorAll("figure[data-chart]")) {
  const still = figure.querySelector(".app-figure__still");
  const caption = figure.querySelector("figcaption").textContent;
  const chart = document.createElement("div");
  chart.className = "app-figure__chart";
  chart.hidden = true;
  const said = document.createElement("p");
  said.className = "app-figure__said";
  said.setAttribute("role", "status");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary app-no-print";
  const label = (words) => {
    const of = document.createElement("span");
    of.className = "govuk-visually-hidden";
    of.textContent = `: ${caption}`;
    button.replaceChildren(words, of);
  };
  label("Show interactive chart");
  button.addEventListener("click", async () => {
    if (!chart.hidden) {
      chart.hidden = true;
      still.hidden = false;
      label("Show interactive chart");
      return;
    }
    button.disabled = true;
    said.textContent = "Loading the chart";
    try {
      const { newPlot } = await plotly();
      const { data, layout } = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
      chart.hidden = false;
      still.hidden = true;
      const title = { ...layout.title, font: { size: 16 }, automargin: true, yref: "container" };
      await newPlot(chart, data, { ...looks, ...layout, title }, config);
      label("Show still picture");
      said.textContent = "";
    } catch {
      chart.hidden = true;
      still.hidden = false;
      said.textContent = "The interactive chart could not be loaded. The picture and its table show the same numbers.";
    }
    button.disabled = false;
  });
  still.after(chart, button, said);
}
