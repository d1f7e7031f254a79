export default defineApiHandler(handleTus)
