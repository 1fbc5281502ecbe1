/** The content type of responses. */
export const JSON_UTF8 = 'application/json; charset=utf-8'

const JSON_REQUEST = /^application\/json(?:[\t ]*;[\t ]*charset=(?:utf-?8|"utf-?8"))?$/i

/** Whether a `content-type` is JSON in UTF-8. Content types with other parameters are left to a complete parser. */
export function isJsonType(contentType: string): boolean {
  return JSON_REQUEST.test(contentType)
}
