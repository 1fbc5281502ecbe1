/** First names from many countries. Handles use them without accents. */
export const FIRST_NAMES = words(`
  Aaliyah Adam Aiko Amara Amélie Ana Anders Anika Anton Aria Arjun Astrid Ayşe Beatriz Björn Camila Carlos Chiara
  Chloé Claire Cyrus Daniel Daria David Diego Divya Elena Elif Elijah Emeka Emil Emma Erik Esther Eva Fatima Felix
  Fernanda Finn Freya Gabriel Giulia Grace Greta Hana Hannah Hassan Helena Hugo Ibrahim Ida Ines Ingrid Isaac Isla
  Ivan Jakub Jana Jin João Jonas José Julia Kaito Karin Katya Kenji Khadija Kofi Lars Laura Leila Lena Leo Lina Luca
  Lucía Maeve Magnus Malik Marek Maria Marta Mateo Maya Mei Mia Mila Mohammed Nadia Naomi Nia Niko Noah Noor Nora
  Olga Oliver Omar Oscar Otto Paloma Paul Petra Priya Rahel Ravi René Rosa Ruben Ruth Samir Sara Selin Sofia Soren
  Tariq Tess Theo Thomas Uma Valentina Vera Viktor Wei Yara Yusuf Zainab Zoë
`)

export const LAST_NAMES = words(`
  Abara Adeyemi Ahmed Almeida Andersson Aydin Bakker Bauer Becker Bergman Bianchi Blanc Brandt Castro Chen Cohen
  Costa Cruz Dahl Demir Desai Diaz Dubois Eriksen Fernández Ferrari Fischer Fontaine Fournier Fujita Garcia Girard
  Gómez González Gupta Haddad Hansen Hartmann Hayes Herrera Hoffmann Horvat Hughes Ibarra Ito Ivanova Jansen Jensen
  Jung Kaya Keller Khan Kim Klein Kovacs Kowalski Kumar Laine Lambert Larsen Lee Lehmann Lemaire Lindgren Lopez Lund
  Maier Marino Martin Mbeki Mensah Meyer Mora Moreau Müller Murphy Nagy Nair Nakamura Navarro Ndiaye Nguyen Nielsen
  Novak Nowak Obi Okafor Olsen Ortiz Osei Park Patel Pereira Petrov Popescu Quinn Ramos Rao Reyes Ricci Rossi Roux
  Ruiz Sanchez Santos Sato Schmidt Schneider Shah Silva Singh Sokolov Suzuki Svensson Takeda Tanaka Torres Toth Tran
  Vargas Varga Vogel Wagner Walsh Wang Weber Wolf Wong Yamada Yilmaz Zhang Ziegler
`)

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}
