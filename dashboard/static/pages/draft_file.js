// The file that a lesson is written in: chosen, dropped, pasted or the example; read again where the browser can, and kept for this tab.
const KEPT = 'write-lesson:file';
const KINDS = [{ description: 'YAML', accept: { 'application/yaml': ['.yaml', '.yml'], 'text/plain': ['.txt'] } }];

export class DraftFile {
  /** `onLoad(file)` is called with {name, bytes, text} whenever there is one. */
  constructor(onLoad) {
    Object.assign(this, { onLoad, handle: null, modified: 0, name: '' });
    this.input = Object.assign(document.createElement('input'), { type: 'file', accept: '.yaml,.yml,.txt', hidden: true });
    this.input.onchange = () => {
      const [file] = this.input.files;
      this.input.value = ''; // the same file can be chosen again
      if (file) this.take(file);
    };
  }

  /** What this tab had before the page was loaded anew, or null. */
  get kept() {
    try {
      const kept = JSON.parse(window.sessionStorage.getItem(KEPT));
      return typeof kept?.text === 'string' && typeof kept.name === 'string' ? kept : null;
    } catch {
      return null;
    }
  }

  async choose() {
    if (!window.showOpenFilePicker) {
      this.input.click();
      return;
    }
    try {
      const [handle] = await window.showOpenFilePicker({ types: KINDS });
      await this.open(handle);
    } catch (problem) {
      if (problem.name !== 'AbortError') this.input.click(); // closing the window chooses nothing
    }
  }

  /** A file that the browser can read again later. */
  async open(handle) {
    this.handle = handle;
    await this.again();
  }

  /** Reads the same file again, or has it chosen where the browser cannot. */
  async again() {
    if (!this.handle) {
      await this.choose();
      return;
    }
    try {
      const file = await this.handle.getFile();
      this.modified = file.lastModified;
      await this.take(file, this.handle);
    } catch {
      this.handle = null; // it is gone, or may not be read any more
      await this.choose();
    }
  }

  /** Whether the file was written since it was read. */
  async changed() {
    const file = await this.handle?.getFile().catch(() => null);
    return !!file && file.lastModified !== this.modified;
  }

  async take(file, handle = null) {
    this.handle = handle;
    this.put(file.name, new Uint8Array(await file.arrayBuffer()));
  }

  /** What was dropped: a handle where the browser gives one, or else the file. */
  async dropped(transfer) {
    const item = [...transfer.items].find((one) => one.kind === 'file');
    const [file] = transfer.files;
    if (!item || !file) {
      const text = transfer.getData('text/plain');
      if (text) this.paste(text);
      return;
    }
    const handle = await item.getAsFileSystemHandle?.().catch(() => null);
    if (handle?.kind === 'file') await this.open(handle);
    else await this.take(file);
  }

  paste(text, name = 'lesson.yaml') {
    this.handle = null;
    this.put(name, new TextEncoder().encode(text));
  }

  put(name, bytes) {
    const text = new TextDecoder().decode(bytes);
    this.name = name;
    try {
      window.sessionStorage.setItem(KEPT, JSON.stringify({ name, text }));
    } catch {
      // A full or forbidden storage costs only the memory.
    }
    this.onLoad({ name, bytes, text });
  }
}
