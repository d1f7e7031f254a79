import withNuxt from './.nuxt/eslint.config.mjs'
import boundaries from './scripts/eslint/boundaries.mjs'

export default withNuxt(
  { ignores: ['coverage/**', 'db/migrations/**', 'public/**', '.cache/**'] },
  ...boundaries,
  {
    name: 'mediaflow/vue',
    files: ['**/*.vue'],
    rules: { 'vue/max-attributes-per-line': ['warn', { singleline: 6, multiline: 1 }] },
  },
)
