// Copies a command or an id to the clipboard; without a clipboard the buttons stay hidden.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 3000);
    });
  }
}
// After a refused form, start at what is wrong.
document.getElementById("problems")?.focus();
