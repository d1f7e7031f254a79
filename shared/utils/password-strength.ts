/** How hard a password is to guess, roughly: 0 too short, 1 weak, 2 fair, 3 good. Length counts more than odd characters. */
export function passwordStrength(password: string): 0 | 1 | 2 | 3 {
  if (password.length < 10) return 0
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter(kind => kind.test(password)).length
  const different = new Set(password).size
  if (different < 6) return 1
  const points = password.length + kinds * 2
  return points >= 22 ? 3 : points >= 16 ? 2 : 1
}
