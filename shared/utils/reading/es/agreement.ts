import { wordBefore, wordsAfter } from '../figures'
import type { Form } from './cardinal'

const set = (words: string) => new Set(words.split(/\s+/))

/** What may follow a number without being what it counts. */
const NOT_COUNTED = set(`de del a al en y e o u ni por para con sin que se si no es son está están hay ya más menos hasta desde entre sobre ante bajo tras
  la el los las lo le les un una su sus este esta estos estas como cuando donde pero porque aunque hoy mañana ayer ahora gratis lleva llévate lleve llevas
  paga pague pagas págate compra compre será serán fue ha han tiene tienen abre abren cierra cierran sale salen llega llegan empieza termina cuesta
  cuestan vale valen puede pueden solo sólo también además gracias`)
/** What a number names instead of counting: caja uno, pasillo veintiuno. */
const LABELS = set(`caja pasillo puerta planta número numero sala local andén línea mesa nivel piso sector página capítulo talla canal ruta módulo mostrador
  turno box calle avenida carril stand oficina paso opción ticket boleta día lunes martes miércoles jueves viernes sábado domingo el del al
  terminal kilómetro siglo versión fila asiento habitación bloque zona parcela bodega probador taquilla código`)
const FEMININE = set(`mujer mujeres noche noches clase clases tarde tardes parte partes llave llaves vez veces calle calles red redes flor flores foto fotos
  moto motos mano manos imagen imágenes sucursal sucursales luz luces señal señales carne carnes base bases torre torres serie series nube nubes ley leyes
  sal sales piel pieles col coles nuez nueces coliflor coliflores sangre gente fase fases frase frases muerte muertes suerte suertes`)
const MASCULINE = set(`día días mapa mapas programa programas problema problemas sistema sistemas tema temas idioma idiomas clima climas planeta planetas sofá sofás
  kilograma gramas poema poemas dilema cometa cometas yoga pijama pijamas esquema esquemas diploma diplomas tranvía tranvías colega colegas`)
/** Adjectives of either gender, which stand before the noun. */
const EITHER = set('grandes gran mejores mejor siguientes siguiente posibles posible simples increíbles excelentes')
const MOS_NOUNS = set(`gramos kilogramos miligramos tramos ramos primos mimos racimos céntimos décimos últimos próximos mínimos máximos extremos remos mismos
  supremos óptimos`)

export type Gender = 'masculine' | 'feminine'

/** The gender of a Spanish noun by its ending and by lists of what ends otherwise; null when it is no noun one counts with. */
export function genderOf(word: string): Gender | null {
  const noun = word.toLowerCase().replace(/[.,]+$/, '')
  if (!/^\p{L}{2,}$/u.test(noun) || NOT_COUNTED.has(noun)) return null
  if (MASCULINE.has(noun)) return 'masculine'
  if (FEMININE.has(noun) || /(?:as?|ci[oó]n(?:es)?|si[oó]n(?:es)?|dad(?:es)?|tud(?:es)?|eza|ie|triz|trices)$/.test(noun)) return 'feminine'
  if (/[aei]mos$/.test(noun) && !MOS_NOUNS.has(noun)) return null
  return 'masculine'
}

/** How a number at this place agrees with what it counts. */
export function formAt(text: string, start: number, end: number, whole: string): Form {
  const before = wordBefore(text, start)
  if ((before === 'las' || before === 'la') && whole.length <= 2) return 'feminine'
  if (LABELS.has(before)) return 'alone'
  let words = wordsAfter(text, end, 6)
  // "21 o 22 personas", "de 21 a 31 personas": both agree.
  if (/^[youa]$/.test(words[0] ?? '') && /^\d+$/.test(words[1] ?? '')) words = words.slice(2)
  if (/^(?:mil|millón|millones)$/i.test(words[0] ?? '')) return /^mil$/i.test(words[0]!) && genderOf(words[1] ?? '') === 'feminine' ? 'feminine' : 'masculine'
  if (EITHER.has(words[0]?.toLowerCase() ?? '')) words = words.slice(1)
  const noun = (words[0] ?? '').toLowerCase().replace(/[.,]+$/, '')
  const gender = genderOf(noun)
  if (!gender) return 'alone'
  // Several of something are in the plural; what is not is something else, such as a verb.
  return Number(whole) === 1 || noun.endsWith('s') ? gender : 'alone'
}
