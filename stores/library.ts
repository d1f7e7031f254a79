import { defineStore } from 'pinia'

/** Which messages of the library are chosen for something to be done with all of them. */
export const useLibraryStore = defineStore('library', () => useSelection())
