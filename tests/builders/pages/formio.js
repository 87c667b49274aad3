import { Formio } from "@formio/js";
import "@formio/js/dist/formio.full.min.css";
import { config, gateway, place, refused, taken } from "./shell.js";

const words = {
  error: "Xin xem lại các mục sau trước khi gửi.", submitError: "Hồ sơ chưa gửi được; xin xem lại các mục bên trên.", "File Name": "Tên tệp",
  Size: "Dung lượng", "Drop files to attach,": "Kéo tệp vào đây,", "Browse Files": "chọn tệp",
  browseToAttachFileFor: "đính kèm", anyFileTypesAllowed: "mọi loại tệp", pressToOpen: "mở", pressToRemove: "bỏ",
};
const inVietnamese = { language: "vi", i18n: { vi: words } };

async function load() {
  if (config.mode === "stale") {
    return Formio.createForm(place, config.definition, window.ReuseGateway.formio.options(gateway, inVietnamese));
  }
  Formio.setBaseUrl(config.gateway);
  Formio.setProjectUrl(config.gateway);
  Formio.registerPlugin(window.ReuseGateway.formio.plugin(gateway), "reuse_gateway");
  return Formio.createForm(place, `${config.gateway}/form/${config.form}`, inVietnamese);
}

window.ready = load().then(async (form) => {
  if (config.draft) await form.setSubmission({ data: config.draft });
  form.on("submit", (submission) => taken(submission.data));
  form.on("error", () => refused());
  return form.ready;
});
