"""Words that may begin with a capital and are no name of a person: offices, places, organisations, days, small words.

What stands here is known to be harmless. A word that is missing costs a confirmation and no more.
"""

from __future__ import annotations

from functools import lru_cache

from harmmodel.writing.letters import folded

_SMALL = """
a about after against all also although am an and any are as asked at because before between both but by can did do
does each every few first for from had has have he her his how however if in into is it its last later less many may
more most near neither new next no none nobody not nothing of off on once one only or other others our out over people
per please record recorded records residents same says second see seen several she since so some speak such than that
the their them then there therefore these they third this those three through to two under unknown until upon was we
were what when where whether which while who whose why will with within without would yes you your zero agreed visited
known given based named kept ask call met meet told talk contact tell write
al algun alguna ante aun aunque bajo como con contra cual cuando de del desde donde dos durante el ella ellos en entre
esta este esto estos hasta hay la las le lo los mas mientras ni no nos otra otro para pero por porque que quien se segun
ser si sin sobre son su sus tambien tras tres un una uno unos y ya vista visto
au aucun aux avec ce ces cette chez comme dans des deux donc du elle elles entre est et il ils je leur leurs les mais
meme nous ou par parce pas plus pour quand que qui sa sans selon ses si son sont sous sur tous tout toute trois un une
vers vous
aber alle als am an auch auf aus bei beide bis da damit das dass dem den der des die dieser diese doch drei durch ein
eine einem einen einer es fur gegen hat haben hier im in ist jede jeder kein keine mit nach nicht noch nur oder ohne
seit sich sie sind so um und unter vom von vor war waren weil wenn wer wie wird wir wo zu zum zur zwei zwischen
ao aos apos as ate cada com como da das de depois desde dois dos e ela eles em entre essa esse esta este foi ha isto
mais mas muito na nao nas nem no nos num numa o os ou outra outro para pela pelo pelos por porque qual quando que quem
sao se sem ser seu sua tambem tres um uma
"""
_TIME = """
january february march april may june july august september october november december monday tuesday wednesday thursday
friday saturday sunday spring summer autumn winter year month week day night morning evening weekend christmas easter
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miercoles jueves
viernes sabado domingo ano mes semana dia janvier fevrier mars avril mai juin juillet aout septembre octobre novembre
decembre lundi mardi mercredi jeudi vendredi samedi dimanche annee mois semaine jour januar februar marz maerz juni juli
oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag jahr monat woche tag janeiro fevereiro
marco maio junho julho setembro outubro novembro dezembro segunda terca quarta quinta sexta
"""
_OFFICES = """
administration administrator adviser advisor advocate agency agent analyst approver assembly assessor assistant attorney
authority board body bureau chair chairman chief city clinic coalition college command commander commission commissioner
committee community company congress coordinator coroner council counsel county court crown defence department deputy
desk development director district division education elder emergency enforcement examiner executive federal fire force
foundation general government governor group guard head health high home hospital house housing human inspector
institute interior investigation judge judicial justice law lead leader leadership legal liaison lieutenant local
magistrate
major manager mayor medical member method metropolitan minister ministry municipal national navy network nurse office
officer official ombudsman outreach panel parent parish park parliament parole partner partners partnership party
planning police policy port practice practitioner president prevention priest primary prison probation programme program
project prosecution prosecutor protection public reader regional registry research response rights review role safety
sanitation schools school secretary security senior service services sheriff social society staff state station street
strategic strategy supreme task team teacher town transit transport treasury trust union unit university victim victims
voice warden welfare women worker workers working youth ambulance army church charity clergy mosque temple synagogue
tenants neighbours neighbourhood neighborhood business owners association chamber commerce civil rights forum watch
alcaldia alcalde asociacion ayuntamiento cabildo camara centro ciudadana ciudadano colegio comisaria comision comite
comunidad consejo cuerpo defensoria delegacion departamento desarrollo direccion estado federacion fiscal fiscalia
fuerza fundacion gobierno guardia hospital iglesia instituto jefe juez juzgado junta justicia mesa ministerio municipio
nacional observatorio oficina organismo parroquia policia presidencia procuraduria programa prefectura red salud
secretaria seguridad sistema social tribunal unidad universidad vecinos vecinal
agence assemblee association autorite bureau centre chef comite commissariat commission communaute conseil cour
departement directeur directrice direction ecole eglise etat gendarmerie gouvernement hopital hotel institut juge
mairie maire ministere mission municipale municipal nationale observatoire office parquet police prefecture procureur
sante secours securite service societe tribunal universite ville
abteilung amt anwalt arbeitsgruppe behorde bezirk bund bundesamt bundesland bundespolizei buro dezernat dienst dienste
direktion feuerwehr gemeinde gericht gesundheit gruppe jugend jugendamt kirche kommission kreis krankenhaus landrat
landkreis landeskriminalamt leiter leiterin leitung ministerium ordnungsamt polizei prasidium rat rathaus referat
richter schule sozialamt staat staatsanwalt staatsanwaltschaft stadt stelle universitat verband verein verwaltung
agencia assembleia associacao autoridade camara centro comissao comunidade conselho delegacia departamento direcao
escola estadual federal governo guarda igreja instituto juiz justica ministerio municipal nacional ordem policia
prefeitura promotoria rede saude secretaria seguranca servico servicos tribunal unidade universidade vara
"""
_PLACES = """
alley area avenue bank bay beach block boulevard bridge canyon capital center central centre circle city coast corner
corridor court creek cross crossing dale district downtown drive east eastern estate farm field fields forest gardens
gate glen golf green greater ground grove gulf harbor harbour heights hill hills island isle lake land lane lawn loop
lower market meadows mid middle mount mountain mouth north northern northeast northwest old outer inner park parks
parkway place plaza point port province quarter ranch region ridge river road row saint shore side south southern
southeast southwest square station street suburb terrace territory tower town township uptown upper valley view village
ward waterfront way west western wood woods zone municipality cell beat border line inlet
bahia baja barrio bosque calle camino campo ciudad colonia costa cruz distrito estado frontera isla lago lomas mar
monte norte noreste noroeste nueva nuevo oeste este occidente oriente parque poniente pueblo puerto rancho region rio
santa santo san sierra sur sureste suroeste tierra valle vieja viejo villa zona baixo alto alta bairro cidade estado
ilha leste lugar mata morro norte oeste praia rua serra sul vila zona favela
arrondissement avenue banlieue bois cite commune cote est ile marche mont nord ouest place pont quartier rue saint
sainte sud vallee ville
altstadt bahnhof berg burg dorf innenstadt kreis markt mitte neustadt nord norden ost osten platz strasse sud suden
tal viertel wald west westen
america american africa african asia asian australia australian britain british canada canadian caribbean colombia
england english europe european france french german germany india indian ireland irish italy italian latin mexico
mexican pacific portugal portuguese scotland scottish spain spanish states united wales welsh atlantic kingdom republic
democratic mexicana mexicano brasil brasileira espana francais francaise deutsche deutscher deutschland
"""
_GROUPS = """
alliance army association boys brotherhood cartel cell clan clique club cluster command crew crews faction families
family federation forces gang gangs generation girls group groups guard guards hells angels independent kings knights
league liberation lords mafia mob movement nation network new operation order organisation organization outlaws posse
rebels resistance riders set sons syndicate triad tribe warriors cease ceasefire call callin compstat focused
deterrence
alianza autodefensa autodefensas banda barredora caballeros carteles comando defensa ejercito familia federacion
frente fuerza fuerzas generacion grupo guerreros hermandad hermanos independiente independientes jovenes mara
movimiento nacion organizacion pandilla resistencia segunda sindicato templarios tropa unida unidas unido unidos union
viejo vieja escuela linea paz justicia pueblos armada armado brazo celula
armee bande famille front gang groupe milice mouvement reseau bande bruder bruderschaft clan familie gruppe gruppierung
motorradclub netzwerk organisation rocker comando faccao familia milicia quadrilha terceiro primeiro vermelho
"""
_MATTERS = """
action activity aggravated alcohol arms arrest arson assault assessment attempted auto bicycle burglary business
cannabis car cocaine commercial complaint consulted control corruption counterfeit crime crimes criminal cyber damage
data death decision disorder domestic drug drugs evidence extortion firearm fraud gambling gun harassment harm homicide
human intimidation kidnapping killing laundering list market minor missing money motor murder narcotics notice number
offence offences offender offense offenses opioid other personal plan possession practice private property prostitution
public reason report robbery rule score section sex sexual shooting shootings signs stalking steal stolen stop stops
survey table theft traffic trafficking trespass vandalism vehicle violation violence violent weapon weapons apartment
airport building garage gas hotel lot parking residence restaurant retail store sidewalk tavern truck warehouse act
robo homicidio lesiones violencia secuestro extorsion delito delitos danos fraude narcomenudeo vehiculo arma armas
casa habitacion negocio transeunte vol vols coups blessures infraction infractions degradations cambriolage cambriolages
escroquerie stupefiants diebstahl korperverletzung raub einbruch betrug sachbeschadigung straftat straftaten totschlag
mord roubo furto homicidio lesao corporal trafico delito crime veiculo pessoa
"""
SPELT = "\n".join((_SMALL, _TIME, _OFFICES, _PLACES, _GROUPS, _MATTERS))
WORDS = frozenset(folded(SPELT).split())
ENDINGS = ("s", "es", "en", "n", "e", "er", "in", "a", "as", "os")


@lru_cache(maxsize=50_000)
def is_known(word: str) -> bool:
    """Say whether a word is known, or a known one with a common ending.

    >>> is_known("Cárteles"), is_known("Pérez")
    (True, False)
    """
    plain = folded(word).strip(".'-")
    if plain in WORDS:
        return True
    return any(plain.endswith(end) and len(plain) - len(end) > 3 and plain[: -len(end)] in WORDS for end in ENDINGS)
