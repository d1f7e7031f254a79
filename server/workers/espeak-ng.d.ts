declare module '@echogarden/espeak-ng-emscripten' {
  interface EspeakInstance {
    /** 0 = done; anything else leaves the voice of the call before. */
    set_voice(name: string): number
    set_rate(words_per_minute: number): void
    set_pitch(pitch: number): void
    set_range(range: number): void
    get_samplerate(): number
    /** Reads its text as SSML. The callback returns true to stop. */
    synthesize(ssml: string, callback: (samples: Int16Array | null, events: unknown[]) => boolean): void
  }
  interface EspeakModule {
    eSpeakNGWorker: new () => EspeakInstance
  }
  export default function load(): Promise<EspeakModule>
}
